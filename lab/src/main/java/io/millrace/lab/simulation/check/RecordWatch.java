package io.millrace.lab.simulation.check;

import io.millrace.broker.core.TopicPartition;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.TreeListener;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import io.millrace.coordinator.tree.StateChunk;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import io.millrace.coordinator.tree.TopicNode;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sees each change that a controller records, at the moment when it is recorded. S22: by the present controller only. */
final class RecordWatch implements TreeListener {

    /** One partition's change. */
    record Change(String topicId, int partition, @Nullable PartitionNode before, PartitionNode after) {}

    private final Consumer<Change> onChange;
    private final TopicListener topics;
    private final TreeMap<String, String> topicIds = new TreeMap<>();
    private final TreeMap<String, TreeMap<Integer, PartitionNode>> recorded = new TreeMap<>();

    private int controllerEpoch;

    RecordWatch(Consumer<Change> onChange, TopicListener topics) {
        this.onChange = onChange;
        this.topics = topics;
    }

    /** The recorded state, null before there is one. */
    @Nullable
    PartitionNode state(TopicPartition partition) {
        TreeMap<Integer, PartitionNode> topic = recorded.get(partition.topicId());
        return topic == null ? null : topic.get(partition.partition());
    }

    @Override
    public void onNode(Node node) {
        if (node.path().equals(Paths.CONTROLLER_EPOCH)) {
            controllerEpoch = Math.max(controllerEpoch, node.version());
        }
        if (node.path().matches("/topics/[^/]+") && !node.data().isEmpty()) {
            onTopic(node);
        }
        if (!node.path().matches("/topics/[^/]+/state/[0-9]+")) {
            return;
        }
        StateChunk chunk = NodeCodec.decode(node.path(), node.data(), StateChunk.class);
        Violation.check(
                chunk.controllerEpoch() >= controllerEpoch,
                "S22",
                "controllerEpoch " + chunk.controllerEpoch() + " has written " + node.path() + " under "
                        + controllerEpoch);
        TreeMap<Integer, PartitionNode> states = recorded.computeIfAbsent(chunk.topicId(), id -> new TreeMap<>());
        chunk.partitions().forEach((partition, after) -> {
            PartitionNode before = states.put(partition, after);
            if (!after.equals(before)) {
                onChange.accept(new Change(chunk.topicId(), partition, before, after));
            }
        });
    }

    private void onTopic(Node node) {
        String name = node.path().substring(Paths.TOPICS.length() + 1);
        TopicNode topic = NodeCodec.decode(node.path(), node.data(), TopicNode.class);
        if (!topic.topicId().equals(topicIds.put(name, topic.topicId()))) {
            topics.onMade(name, topic.topicId(), topic.partitions());
        }
    }

    @Override
    public void onDeleted(String path) {
        if (path.matches("/topics/[^/]+")) {
            String name = path.substring(Paths.TOPICS.length() + 1);
            topics.onGone(name, Objects.requireNonNull(topicIds.remove(name)));
        }
    }

    @Override
    public void onInitialized() {
        // Each node has been told; there is nothing to add.
    }
}
