package io.millrace.lab.simulation.check;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.LogFailedException;
import io.millrace.broker.replication.ReplicaView;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import io.millrace.lab.simulation.cluster.SimBroker;
import io.millrace.lab.simulation.cluster.SimCluster;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.SimProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All replicas of all partitions, in the processes that run, and what they owe each other and the ledgers. Each check
 * throws {@link Violation}.
 */
public final class ReplicaWatches {

    /** So many events lie between two looks at everything. */
    private static final int WHOLE_EVERY = 1_000;

    private final SimCluster cluster;
    private final WatchedPartitions partitions;
    private final RecordWatch recorded;
    private final Losses losses;
    private final Telling telling;
    private final TreeMap<Integer, TreeMap<TopicPartition, ReplicaWatch>> watches = new TreeMap<>();
    private final TreeMap<Integer, SimProcess> watched = new TreeMap<>();

    ReplicaWatches(
            SimCluster cluster, WatchedPartitions partitions, RecordWatch recorded, Losses losses, Telling telling) {
        this.cluster = cluster;
        this.partitions = partitions;
        this.recorded = recorded;
        this.losses = losses;
        this.telling = telling;
    }

    /** Something has happened in {@code owner}. */
    void afterEvent(SimProcess owner) {
        if (cluster.time().events() % WHOLE_EVERY == 0) {
            partitions.all().forEach(this::requireWhole);
        }
        for (SimHost host : cluster.hosts()) {
            SimBroker broker = host.running();
            if (broker != null && broker.process() == owner) {
                look(host, broker);
            }
        }
    }

    private void look(SimHost host, SimBroker broker) {
        BrokerIncarnation self = broker.incarnation();
        if (self == null) {
            return;
        }
        if (watched.put(host.brokerId(), broker.process()) != broker.process()) {
            watches.put(host.brokerId(), new TreeMap<>());
        }
        losses.onSeen(self);
        TreeMap<TopicPartition, ReplicaWatch> known = watches.get(host.brokerId());
        partitions.forEach((partition, topic) -> {
            ReplicaView view = broker.view(partition);
            if (view != null && known != null) {
                Ledger ledger = partitions.ledger(partition);
                long committedBefore = ledger.committedEnd();
                known.computeIfAbsent(partition, p -> watch(host, broker, self, p, topic))
                        .look(view);
                if (ledger.committedEnd() > committedBefore) {
                    requireOnAllInSync(partition);
                }
            }
        });
    }

    private ReplicaWatch watch(
            SimHost host, SimBroker broker, BrokerIncarnation self, TopicPartition partition, TopicImage topic) {
        return new ReplicaWatch(
                partitions.ledger(partition),
                new BrokerTelling(telling, partition, self),
                self,
                broker.log(partition, topic.config()),
                () -> losses.isDamaged(host, partition));
    }

    /** S15, S17: each recorded member that runs has all that is committed, not just its end. */
    private void requireWhole(TopicPartition partition) {
        requireOnMembers(partition, watch -> missing(watch, partition) == 0, "something committed");
    }

    /** S15: what is committed lies on every recorded in-sync or eligible replica that runs. */
    private void requireOnAllInSync(TopicPartition partition) {
        Ledger ledger = partitions.ledger(partition);
        requireOnMembers(partition, watch -> ledger.endsIn(watch.entries()), "what was committed just now");
    }

    private void requireOnMembers(TopicPartition partition, Predicate<ReplicaWatch> hasIt, String it) {
        PartitionNode state = recorded.state(partition);
        if (state == null) {
            return;
        }
        List<Integer> members = new ArrayList<>(state.isr());
        members.addAll(state.elr());
        for (int id : members) {
            ReplicaWatch watch = losses.isAnotherStart(id, partition, state) ? null : runningWatch(id, partition);
            Violation.check(
                    watch == null || hasIt.test(watch),
                    "S15",
                    partitions.ledger(partition) + ": broker " + id + " of " + members + " lacks " + it);
        }
    }

    /** S13: broker {@code id}, where it runs, has all that is committed; {@code what} makes that necessary. */
    void requireComplete(TopicPartition partition, int id, String what) {
        ReplicaWatch watch = runningWatch(id, partition);
        Violation.check(
                watch == null || missing(watch, partition) == 0,
                "S13",
                what + ": broker " + id + " lacks committed records");
    }

    /** S1, S17 at rest: all replicas hold the same log, and all that is committed is in it, on the disk too. */
    public void requireEqualLogs() {
        for (TopicPartition partition : partitions.all()) {
            partitions.ledger(partition).requirePromisesKept();
            List<ReplicaWatch> replicas = new ArrayList<>();
            for (int id : replicasOf(partition)) {
                ReplicaWatch watch = runningWatch(id, partition);
                Violation.check(watch != null, "S1", partition + " is not hosted by broker " + id);
                if (watch != null) {
                    replicas.add(watch);
                }
            }
            replicas.forEach(replica -> requireSame(partition, replicas.get(0), replica));
        }
    }

    private void requireSame(TopicPartition partition, ReplicaWatch one, ReplicaWatch other) {
        Ledger ledger = partitions.ledger(partition);
        try {
            Violation.check(
                    one.log().digest(Long.MAX_VALUE).equals(other.log().digest(Long.MAX_VALUE))
                            && one.entries().equals(other.entries()),
                    "S17",
                    ledger + ": the logs differ at rest");
        } catch (LogFailedException failed) {
            throw new Violation("S25", ledger + ": a log cannot be read at rest: " + failed);
        }
        Violation.check(missing(other, partition) == 0, "S1", ledger + ": a log at rest lacks acknowledged records");
    }

    /** Whether the logs of all replicas look the same, by what was seen of those that run now. */
    public boolean areLogsLevel() {
        return partitions.all().stream().allMatch(partition -> {
            List<Integer> replicas = replicasOf(partition);
            ReplicaWatch first = replicas.isEmpty() ? null : runningWatch(replicas.get(0), partition);
            return first != null
                    && replicas.stream().allMatch(id -> {
                        ReplicaWatch watch = runningWatch(id, partition);
                        return watch != null && watch.entries().equals(first.entries());
                    });
        });
    }

    /** What all logs hold at rest, as one reads it who reads all. */
    public void tellEnd() {
        for (TopicPartition partition : partitions.all()) {
            List<Integer> replicas = replicasOf(partition);
            ReplicaWatch watch = replicas.isEmpty() ? null : watchOf(replicas.get(0), partition);
            if (watch != null) {
                telling.readToEnd(partition, watch.entries());
            }
        }
    }

    private List<Integer> replicasOf(TopicPartition partition) {
        PartitionNode state = recorded.state(partition);
        return state == null ? List.of() : state.replicas();
    }

    private long missing(ReplicaWatch watch, TopicPartition partition) {
        Ledger ledger = partitions.ledger(partition);
        return ledger.committedEnd() - ledger.committedPrefixOf(watch.entries());
    }

    /** What is known of a replica in the process that runs now; null where that has shown nothing yet. */
    private @Nullable ReplicaWatch runningWatch(int id, TopicPartition partition) {
        SimBroker broker = cluster.broker(id);
        ReplicaWatch watch = broker != null && watched.get(id) == broker.process() ? watchOf(id, partition) : null;
        return watch == null || watch.log().isFailed() ? null : watch;
    }

    private @Nullable ReplicaWatch watchOf(int brokerId, TopicPartition partition) {
        TreeMap<TopicPartition, ReplicaWatch> known = watches.get(brokerId);
        return known == null ? null : known.get(partition);
    }
}
