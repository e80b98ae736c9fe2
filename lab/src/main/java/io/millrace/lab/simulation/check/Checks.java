package io.millrace.lab.simulation.check;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.LogFailedException;
import io.millrace.broker.replication.ReplicaView;
import io.millrace.coordinator.memory.InMemoryCoordinator;
import io.millrace.coordinator.tree.Paths;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import io.millrace.lab.history.BrokerEvent.StateRecorded;
import io.millrace.lab.history.BrokerEvent.TopicGone;
import io.millrace.lab.simulation.cluster.SimBroker;
import io.millrace.lab.simulation.cluster.SimCluster;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.SimProcess;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All checks of one simulation. Each throws {@link Violation} at the event after which something does not hold. */
public final class Checks {

    /** So many events lie between two looks at everything. */
    private static final int WHOLE_EVERY = 1_000;

    private final SimCluster cluster;
    private final Telling telling;
    private final TreeMap<TopicPartition, TopicImage> partitions = new TreeMap<>();
    private final TreeMap<TopicPartition, Ledger> ledgers = new TreeMap<>();
    private final TreeMap<Integer, TreeMap<TopicPartition, ReplicaWatch>> watches = new TreeMap<>();
    private final TreeMap<Integer, SimProcess> watched = new TreeMap<>();
    /** The last broker epoch that each broker was seen under. */
    private final TreeMap<Integer, Long> epochs = new TreeMap<>();

    private final Soundness soundness = new Soundness();
    private final Asked asked = new Asked();
    private final GroupWatch groups;
    private final RecordWatch recorded;

    /**
     * Begins to watch {@code cluster}.
     *
     * @param topics hears of each topic in time to have it watched
     * @param telling of what happens
     */
    public Checks(SimCluster cluster, TopicListener topics, Telling telling) {
        this.cluster = cluster;
        this.telling = telling;
        InMemoryCoordinator eye = cluster.ensemble().tree().connect(Runnable::run);
        groups = new GroupWatch(
                () -> cluster.time().events(),
                path -> eye.read(path).toCompletableFuture().join().isPresent(),
                this::isThere,
                asked,
                telling);
        recorded = new RecordWatch(this::onRecorded, new TopicListener() {
            @Override
            public void onMade(String name, String topicId, int count) {
                topics.onMade(name, topicId, count);
            }

            @Override
            public void onGone(String name, String topicId) {
                asked.onEffect("delete topic " + name, "S1");
                forget(topicId);
                telling.tell("controller", at -> new TopicGone(at, telling.topic(topicId)));
                topics.onGone(name, topicId);
            }
        });
        eye.watch(Paths.CONTROLLER, recorded);
        eye.watch(Paths.TOPICS, recorded);
        eye.watch(Paths.GROUPS, groups);
        cluster.time().afterEvent(this::afterEvent);
    }

    /** What consumer groups do. */
    public GroupWatch groups() {
        return groups;
    }

    /** What people ask for. */
    public Asked asked() {
        return asked;
    }

    private boolean isThere(String topicId) {
        return partitions.values().stream().anyMatch(topic -> topic.topicId().equals(topicId));
    }

    /** Its records are nobody's any more; some replicas may have them for a while, and answer. */
    private void forget(String topicId) {
        partitions.values().removeIf(topic -> topic.topicId().equals(topicId));
    }

    /** From now on the partitions of {@code topic} are watched. */
    public void watch(TopicImage topic) {
        telling.onTopic(topic.topicId(), topic.name());
        for (int number = 0; number < topic.partitionCount(); number++) {
            TopicPartition partition = new TopicPartition(topic.topicId(), number);
            partitions.put(partition, topic);
            ledgers.put(partition, new Ledger(topic.name() + "-" + number));
        }
    }

    /** The recorded state of a partition, as it is in the tree now. */
    public @Nullable PartitionNode state(TopicPartition partition) {
        return recorded.state(partition.topicId(), partition.partition());
    }

    /** A producer was told that its records are committed, from {@code offset} on. */
    public void onAcknowledged(TopicPartition partition, long offset, long firstValue, int count) {
        for (int i = 0; i < count && partitions.containsKey(partition); i++) {
            ledger(partition).onAcknowledged(offset + i, firstValue + i);
        }
    }

    /** A producer was told that its records are not appended and will not be. */
    public void onRefused(TopicPartition partition, long firstValue, int count) {
        for (int i = 0; i < count && partitions.containsKey(partition); i++) {
            ledger(partition).onRefused(firstValue + i);
        }
    }

    /** S9: a consumer was given these batches for its position; what it sees is committed. */
    public void onRead(TopicPartition partition, long position, ByteBuffer batches) {
        long offset = position;
        if (!partitions.containsKey(partition)) {
            return;
        }
        for (Entry entry : Values.in(batches, position)) {
            ledger(partition).requireCommitted(offset, entry, "S9", "a consumer");
            offset++;
        }
    }

    public long committedEnd(TopicPartition partition) {
        return ledger(partition).committedEnd();
    }

    /** {@code host} loses power now. */
    public void onPowerCut(SimHost host) {
        partitions.forEach((partition, topic) -> {
            if (topic.config().durability() == Durability.REPLICATED) {
                soundness.onLost(partition, host.brokerId(), lastEpochOf(host));
            }
        });
    }

    /** All that {@code host} had is gone. */
    public void onDiskReplaced(SimHost host) {
        partitions.keySet().forEach(partition -> onLogDeleted(host, partition));
    }

    /** What {@code host} had of a partition is gone, whatever was wrong with it. */
    public void onLogDeleted(SimHost host, TopicPartition partition) {
        soundness.onDeleted(partition, host.brokerId(), lastEpochOf(host));
    }

    /** What {@code host} has of a partition is not what it was. Nobody may rely on it, and it cannot be read. */
    public void onDamage(SimHost host, TopicPartition partition) {
        soundness.onDamage(partition, host.brokerId());
    }

    private long lastEpochOf(SimHost host) {
        return epochs.getOrDefault(host.brokerId(), 0L);
    }

    /** Whether it is so still. */
    public boolean isDamaged(SimHost host, TopicPartition partition) {
        return soundness.isDamaged(partition, host.brokerId());
    }

    /** Whether the broker is in sync or eligible, and has lost nothing since it became so. */
    public boolean isSoundMember(SimHost host, TopicPartition partition) {
        return isMember(host, partition) && soundness.isSound(partition, host.brokerId());
    }

    /** Whether it is, and has. */
    public boolean isUnsoundMember(SimHost host, TopicPartition partition) {
        return isMember(host, partition) && !soundness.isSound(partition, host.brokerId());
    }

    private boolean isMember(SimHost host, TopicPartition partition) {
        PartitionNode state = state(partition);
        return state != null
                && (state.isr().contains(host.brokerId()) || state.elr().contains(host.brokerId()));
    }

    /** S1, S17 at rest: all replicas hold the same log, and all that is committed is in it, on the disk too. */
    public void requireEqualLogs() {
        partitions.forEach((partition, topic) -> {
            ledger(partition).requirePromisesKept();
            List<ReplicaWatch> replicas = new ArrayList<>();
            PartitionNode state = state(partition);
            for (int id : state == null ? List.<Integer>of() : state.replicas()) {
                ReplicaWatch watch = runningWatch(id, partition);
                Violation.check(watch != null, "S1", partition + " is not hosted by broker " + id);
                if (watch != null) {
                    replicas.add(watch);
                }
            }
            replicas.forEach(replica -> requireSame(partition, replicas.get(0), replica));
        });
    }

    /** Whether the logs of all replicas look the same, by what was seen of those that run now. */
    public boolean areLogsLevel() {
        return partitions.keySet().stream().allMatch(partition -> {
            PartitionNode state = state(partition);
            List<Integer> replicas = state == null ? List.of() : state.replicas();
            ReplicaWatch first = replicas.isEmpty() ? null : runningWatch(replicas.get(0), partition);
            return first != null
                    && replicas.stream().allMatch(id -> {
                        ReplicaWatch watch = runningWatch(id, partition);
                        return watch != null && watch.entries().equals(first.entries());
                    });
        });
    }

    private void requireSame(TopicPartition partition, ReplicaWatch one, ReplicaWatch other) {
        try {
            Violation.check(
                    one.log().digest(Long.MAX_VALUE).equals(other.log().digest(Long.MAX_VALUE))
                            && one.entries().equals(other.entries()),
                    "S17",
                    ledger(partition) + ": the logs differ at rest");
        } catch (LogFailedException failed) {
            throw new Violation("S25", ledger(partition) + ": a log cannot be read at rest: " + failed);
        }
        Violation.check(
                missing(other, partition) == 0, "S1", ledger(partition) + ": a log at rest lacks acknowledged records");
    }

    private long missing(ReplicaWatch watch, TopicPartition partition) {
        Ledger ledger = ledger(partition);
        return ledger.committedEnd() - ledger.committedPrefixOf(watch.entries());
    }

    private Ledger ledger(TopicPartition partition) {
        Ledger ledger = ledgers.get(partition);
        if (ledger == null) {
            throw new IllegalArgumentException(partition + " is not watched");
        }
        return ledger;
    }

    private @Nullable ReplicaWatch watchOf(int brokerId, TopicPartition partition) {
        TreeMap<TopicPartition, ReplicaWatch> known = watches.get(brokerId);
        return known == null ? null : known.get(partition);
    }

    private void afterEvent(SimProcess owner) {
        if (cluster.time().events() % WHOLE_EVERY == 0) {
            partitions.keySet().forEach(this::requireWhole);
        }
        for (SimHost host : cluster.hosts()) {
            SimBroker broker = host.running();
            if (broker != null && broker.process() == owner) {
                look(host.brokerId(), broker);
            }
        }
    }

    private void look(int id, SimBroker broker) {
        BrokerIncarnation self = broker.incarnation();
        if (self == null) {
            return;
        }
        if (watched.put(id, broker.process()) != broker.process()) {
            watches.put(id, new TreeMap<>());
        }
        epochs.put(id, self.epoch());
        TreeMap<TopicPartition, ReplicaWatch> known = watches.get(id);
        for (var entry : partitions.entrySet()) {
            TopicPartition partition = entry.getKey();
            ReplicaView view = broker.view(partition);
            if (view != null && known != null) {
                long committedBefore = committedEnd(partition);
                known.computeIfAbsent(
                                partition,
                                p -> new ReplicaWatch(
                                        ledger(p),
                                        new BrokerTelling(telling, p, self),
                                        self,
                                        broker.log(p, entry.getValue().config()),
                                        () -> soundness.isDamaged(p, id)))
                        .look(view);
                if (committedEnd(partition) > committedBefore) {
                    requireOnAllInSync(partition);
                }
            }
        }
    }

    /** S15, S17: each recorded member that runs has all that is committed, not just its end. */
    private void requireWhole(TopicPartition partition) {
        PartitionNode state = state(partition);
        List<Integer> members = new ArrayList<>(state == null ? List.of() : state.isr());
        members.addAll(state == null ? List.of() : state.elr());
        for (int id : members) {
            ReplicaWatch watch =
                    state == null || isAnotherStart(id, partition, state) ? null : runningWatch(id, partition);
            Violation.check(
                    watch == null || missing(watch, partition) == 0,
                    "S15",
                    ledger(partition) + ": broker " + id + " of " + members + " lacks something committed");
        }
    }

    /** S15: what is committed lies on every recorded in-sync or eligible replica that runs. */
    private void requireOnAllInSync(TopicPartition partition) {
        PartitionNode state = state(partition);
        List<Integer> members = new ArrayList<>(state == null ? List.of() : state.isr());
        members.addAll(state == null ? List.of() : state.elr());
        for (int id : members) {
            ReplicaWatch watch =
                    state == null || isAnotherStart(id, partition, state) ? null : runningWatch(id, partition);
            Violation.check(
                    watch == null || ledger(partition).endsIn(watch.entries()),
                    "S15",
                    ledger(partition) + ": broker " + id + " of " + members + " lacks what was committed just now");
        }
    }

    /** S12: epochs grow. S14: a leader comes out of the in-sync or the eligible replicas. S13: it has all that is committed. */
    private void onRecorded(RecordWatch.Change change) {
        PartitionNode before = change.before();
        PartitionNode after = change.after();
        TopicPartition partition = new TopicPartition(change.topicId(), change.partition());
        tellState(partition, after);
        if (before == null) {
            return;
        }
        String what = ledgers.get(partition) + " from " + before + " to " + after;
        Violation.check(
                after.partitionEpoch() > before.partitionEpoch() && after.leaderEpoch() >= before.leaderEpoch(),
                "S12",
                what);
        boolean elected = after.leaderEpoch() > before.leaderEpoch() && after.leader() >= 0;
        if (elected && !before.isr().contains(after.leader()) && !before.elr().contains(after.leader())) {
            Violation.check(
                    before.isr().isEmpty()
                            && before.elr().isEmpty()
                            && !before.lastKnownElr().isEmpty(),
                    "S14",
                    what);
            asked.onEffect(electionOf(partition), "S14");
        }
        if (partitions.containsKey(partition)) {
            // An eligible replica that is elected has not shown anything: nobody has asked what is left of its log.
            after.isr().stream()
                    .filter(id -> isNew(id, before))
                    .forEach(id -> soundness.onJoined(
                            partition, id, after.memberEpochs().getOrDefault(id, 0L)));
            for (int id : after.isr()) {
                boolean counts = isNew(id, before) || (elected && id == after.leader());
                if (counts && !isAnotherStart(id, partition, after)) {
                    requireComplete(partition, id, what);
                }
            }
        }
    }

    /** What a person asks for who has a leader elected that may have lost something. */
    public static String electionOf(TopicPartition partition) {
        return "elect " + partition;
    }

    private void tellState(TopicPartition partition, PartitionNode state) {
        // Not its member epoch: a broker that has kept its places leads in a later incarnation than it joined in.
        String process = state.leader() < 0
                ? ""
                : BrokerTelling.process(new BrokerIncarnation(state.leader(), state.leaderBrokerEpoch()));
        telling.tell(
                "controller",
                at -> new StateRecorded(
                        at,
                        telling.partition(partition),
                        state.partitionEpoch(),
                        state.leaderEpoch(),
                        state.leader(),
                        process,
                        List.copyOf(state.isr()),
                        List.copyOf(state.elr())));
    }

    /** What all logs hold at rest, as one reads it who reads all. */
    public void tellEnd() {
        partitions.keySet().forEach(partition -> {
            PartitionNode state = state(partition);
            ReplicaWatch watch = state == null || state.replicas().isEmpty()
                    ? null
                    : watchOf(state.replicas().get(0), partition);
            if (watch != null) {
                telling.readToEnd(partition, watch.entries());
            }
        });
    }

    /** A member of a group has read from {@code from} to {@code to}, which are below the committed end. */
    public void onProcessed(String member, TopicPartition partition, long from, long to) {
        telling.processed(member, partition, from, ledger(partition).committed(from, to));
    }

    /** The history of this run. */
    public Telling telling() {
        return telling;
    }

    /**
     * Whether what runs there is not what the state names, and need not have what that had: its host has lost power or its
     * disk since, and nobody has heard of it yet. As soon as it is heard of it leaves (N13), and until then it leads nothing.
     */
    private boolean isAnotherStart(int id, TopicPartition partition, PartitionNode state) {
        SimBroker broker = cluster.broker(id);
        BrokerIncarnation running = broker == null ? null : broker.incarnation();
        TopicImage topic = partitions.get(partition);
        Long recorded = state.memberEpochs().get(id);
        return running != null
                && recorded != null
                && running.epoch() != recorded
                && topic != null
                && (topic.config().durability() == Durability.REPLICATED || !soundness.isSound(partition, id));
    }

    private static boolean isNew(int id, PartitionNode before) {
        return !before.isr().contains(id) && !before.elr().contains(id);
    }

    private void requireComplete(TopicPartition partition, int id, String what) {
        ReplicaWatch watch = runningWatch(id, partition);
        Violation.check(
                watch == null || missing(watch, partition) == 0,
                "S13",
                what + ": broker " + id + " lacks committed records");
    }

    /** What is known of a replica in the process that runs now; null where that has shown nothing yet. */
    private @Nullable ReplicaWatch runningWatch(int id, TopicPartition partition) {
        SimBroker broker = cluster.broker(id);
        ReplicaWatch watch = broker != null && watched.get(id) == broker.process() ? watchOf(id, partition) : null;
        return watch == null || watch.log().isFailed() ? null : watch;
    }
}
