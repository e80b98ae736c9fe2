package io.millrace.broker.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.InvariantViolation;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.ClusterState;
import io.millrace.broker.core.controller.Write;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Turns decisions into transactions, each of which first checks that this controller still is the one (R16).
 *
 * <p>A changed partition rewrites the chunk that it stands in; all changes of a chunk are one operation. A topic that is
 * too large for one transaction is made with fewer partitions, which later transactions add to: whoever looks, or takes
 * over, in between finds a whole topic. A deletion is one transaction always: it carries no data.
 */
final class WritePlan implements Write.Receiver {

    private final ClusterState next;
    private final NodeVersions versions;
    private final Operation guard;
    private final List<List<Operation>> transactions = new ArrayList<>();
    private final TreeMap<String, ChangedChunk> changedChunks = new TreeMap<>();

    private WritePlan(ClusterState next, NodeVersions versions) {
        this.next = next;
        this.versions = versions;
        this.guard = new Operation.Check(
                Paths.CONTROLLER_EPOCH,
                next.safeguards().has(Safeguard.R16_WRITES_CHECK_THE_CONTROLLER_EPOCH)
                        ? next.controllerEpoch()
                        : Operation.ANY_VERSION);
    }

    /**
     * The transactions that record {@code writes}.
     *
     * @param next the state that they lead to
     * @param versions of the nodes as they are now
     */
    static List<List<Operation>> of(ClusterState next, List<Write> writes, NodeVersions versions) {
        WritePlan plan = new WritePlan(next, versions);
        writes.forEach(write -> write.deliverTo(plan));
        plan.transactions.addAll(TransactionPacking.pack(
                List.of(plan.guard),
                plan.changedChunks.values().stream().map(plan::change).toList()));
        return plan.transactions;
    }

    @Override
    public void onCreateTopic(Write.CreateTopic write) {
        TopicImage topic = write.topic();
        List<List<Operation>> chunks = new ArrayList<>();
        for (int chunk = 0; chunk <= Paths.chunk(topic.partitionCount() - 1); chunk++) {
            chunks.add(
                    List.of(new Operation.Create(Paths.topicState(topic.name(), chunk), chunk(topic, chunk), false)));
        }
        List<Operation> widestHead = creationHead(topic, topic.partitionCount(), 0);
        int recorded = 0;
        for (List<Operation> packed : TransactionPacking.pack(widestHead, chunks)) {
            List<Operation> steps = packed.subList(widestHead.size(), packed.size());
            int before = recorded;
            recorded = Math.min(topic.partitionCount(), before + steps.size() * Paths.PARTITIONS_PER_CHUNK);
            List<Operation> transaction = new ArrayList<>(creationHead(topic, recorded, transactions.size()));
            transaction.addAll(steps);
            transactions.add(transaction);
        }
    }

    @Override
    public void onDeleteTopic(Write.DeleteTopic write) {
        List<Operation> transaction = new ArrayList<>();
        transaction.add(guard);
        for (String path : versions.childrenFirst(Paths.topic(write.topic().name()))) {
            transaction.add(new Operation.Delete(path, versions.expected(path)));
        }
        transactions.add(transaction);
    }

    @Override
    public void onChangePartition(Write.ChangePartition write) {
        int chunk = Paths.chunk(write.partition());
        changedChunks
                .computeIfAbsent(
                        Paths.topicState(write.topic(), chunk),
                        path -> new ChangedChunk(path, write.topic(), chunk, new TreeMap<>()))
                .requireAll(write.joining());
    }

    /** What comes before the chunks in transaction {@code number} of a creation. */
    private List<Operation> creationHead(TopicImage topic, int partitions, int number) {
        String path = Paths.topic(topic.name());
        String data = NodeCodec.encode(TopicNodes.node(topic, partitions));
        return number == 0
                ? List.of(
                        guard,
                        new Operation.Create(path, data, false),
                        new Operation.Create(Paths.topicStates(topic.name()), "", false))
                : List.of(guard, new Operation.SetData(path, data, number - 1));
    }

    private List<Operation> change(ChangedChunk changed) {
        TopicImage topic = next.topics().get(changed.topic());
        if (topic == null) {
            throw new InvariantViolation("INV-CTL-5", "a change in topic " + changed.topic() + ", which is gone");
        }
        List<Operation> step = new ArrayList<>();
        for (BrokerIncarnation broker : changed.required().values()) {
            // The counter in this node is raised at each start: unchanged means that no later incarnation has begun.
            String path = Paths.broker(broker.id());
            step.add(new Operation.Check(path, versions.expected(path)));
        }
        step.add(new Operation.SetData(
                changed.path(), chunk(topic, changed.chunk()), versions.expected(changed.path())));
        return step;
    }

    private String chunk(TopicImage topic, int chunk) {
        return NodeCodec.encode(TopicNodes.chunk(topic, chunk, next.controllerEpoch()));
    }

    /** A chunk to be rewritten. */
    private record ChangedChunk(String path, String topic, int chunk, TreeMap<Integer, BrokerIncarnation> required) {
        void requireAll(List<BrokerIncarnation> brokers) {
            brokers.forEach(broker -> required.put(broker.id(), broker));
        }
    }
}
