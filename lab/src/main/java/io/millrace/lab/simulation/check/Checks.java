package io.millrace.lab.simulation.check;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.coordinator.memory.InMemoryCoordinator;
import io.millrace.coordinator.tree.Paths;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import io.millrace.lab.history.BrokerEvent.StateRecorded;
import io.millrace.lab.history.BrokerEvent.TopicGone;
import io.millrace.lab.simulation.cluster.SimCluster;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All checks of one simulation. Each throws {@link Violation} at the event after which something does not hold. What
 * clients are told and what the controller records is checked here, the rest by those that are put together here.
 */
public final class Checks {

    private final Telling telling;
    private final WatchedPartitions partitions = new WatchedPartitions();
    private final Asked asked = new Asked();
    private final GroupWatch groups;
    private final RecordWatch recorded;
    private final Losses losses;
    private final ReplicaWatches replicas;

    /**
     * Begins to watch {@code cluster}.
     *
     * @param topics hears of each topic in time to have it watched
     * @param telling of what happens
     */
    public Checks(SimCluster cluster, TopicListener topics, Telling telling) {
        this.telling = telling;
        InMemoryCoordinator eye = cluster.ensemble().tree().connect(Runnable::run);
        groups = new GroupWatch(
                () -> cluster.time().events(),
                path -> eye.read(path).toCompletableFuture().join().isPresent(),
                partitions::isThere,
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
                partitions.forget(topicId);
                telling.tell("controller", at -> new TopicGone(at, telling.topic(topicId)));
                topics.onGone(name, topicId);
            }
        });
        losses = new Losses(cluster, partitions, recorded);
        replicas = new ReplicaWatches(cluster, partitions, recorded, losses, telling);
        eye.watch(Paths.CONTROLLER, recorded);
        eye.watch(Paths.TOPICS, recorded);
        eye.watch(Paths.GROUPS, groups);
        cluster.time().afterEvent(replicas::afterEvent);
    }

    /** What consumer groups do. */
    public GroupWatch groups() {
        return groups;
    }

    /** What people ask for. */
    public Asked asked() {
        return asked;
    }

    /** What faults have taken. */
    public Losses losses() {
        return losses;
    }

    /** What brokers have. */
    public ReplicaWatches replicas() {
        return replicas;
    }

    /** The history of this run. */
    public Telling telling() {
        return telling;
    }

    /** From now on the partitions of {@code topic} are watched. */
    public void watch(TopicImage topic) {
        telling.onTopic(topic.topicId(), topic.name());
        partitions.add(topic);
    }

    /** The recorded state of a partition, as it is in the tree now. */
    public @Nullable PartitionNode state(TopicPartition partition) {
        return recorded.state(partition);
    }

    public long committedEnd(TopicPartition partition) {
        return partitions.ledger(partition).committedEnd();
    }

    /** A producer was told that its records are committed, from {@code offset} on. */
    public void onAcknowledged(TopicPartition partition, long offset, long firstValue, int count) {
        for (int i = 0; i < count && partitions.contains(partition); i++) {
            partitions.ledger(partition).onAcknowledged(offset + i, firstValue + i);
        }
    }

    /** A producer was told that its records are not appended and will not be. */
    public void onRefused(TopicPartition partition, long firstValue, int count) {
        for (int i = 0; i < count && partitions.contains(partition); i++) {
            partitions.ledger(partition).onRefused(firstValue + i);
        }
    }

    /** S9: a consumer was given these batches for its position; what it sees is committed. */
    public void onRead(TopicPartition partition, long position, ByteBuffer batches) {
        long offset = position;
        if (!partitions.contains(partition)) {
            return;
        }
        for (Entry entry : Values.in(batches, position)) {
            partitions.ledger(partition).requireCommitted(offset, entry, "S9", "a consumer");
            offset++;
        }
    }

    /** A member of a group has read from {@code from} to {@code to}, which are below the committed end. */
    public void onProcessed(String member, TopicPartition partition, long from, long to) {
        telling.processed(member, partition, from, partitions.ledger(partition).committed(from, to));
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
        String what = partitions.ledger(partition) + " from " + before + " to " + after;
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
        if (partitions.contains(partition)) {
            // An eligible replica that is elected has not shown anything: nobody has asked what is left of its log.
            after.isr().stream()
                    .filter(id -> isNew(id, before))
                    .forEach(id ->
                            losses.onJoined(partition, id, after.memberEpochs().getOrDefault(id, 0L)));
            for (int id : after.isr()) {
                boolean counts = isNew(id, before) || (elected && id == after.leader());
                if (counts && !losses.isAnotherStart(id, partition, after)) {
                    replicas.requireComplete(partition, id, what);
                }
            }
        }
    }

    private static boolean isNew(int id, PartitionNode before) {
        return !before.isr().contains(id) && !before.elr().contains(id);
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
}
