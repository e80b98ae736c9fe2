package io.millrace.broker.controller;

import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicImage;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.StateChunk;
import io.millrace.coordinator.tree.TopicNode;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts one topic together from its node and its state chunks, in whatever order they arrive.
 *
 * <p>A partition's state never goes back: a lagging ZooKeeper server may show an older one (R18). A chunk with another
 * topicId is of a topic that had the name before, or will have it; it is kept until the topic's node tells (R32).
 */
final class TopicAssembly {

    private final String name;
    private final TreeMap<Integer, Chunk> chunks = new TreeMap<>();
    private final TreeMap<Integer, PartitionState> partitions = new TreeMap<>();
    private @Nullable TopicNode topic;
    private long createdAt;
    private @Nullable TopicImage image;

    TopicAssembly(String name) {
        this.name = name;
    }

    /** @throws io.millrace.coordinator.tree.MalformedNodeException where it cannot be read; nothing has changed then */
    void onTopic(Node node) {
        TopicNode decoded = NodeCodec.decode(node.path(), node.data(), TopicNode.class);
        TopicNodes.image(name, decoded, partitions);
        if (topic != null && node.createdAt() < createdAt) {
            return;
        }
        if (topic == null || !topic.topicId().equals(decoded.topicId())) {
            partitions.clear();
        }
        topic = decoded;
        createdAt = node.createdAt();
        chunks.values().forEach(this::merge);
        image = null;
    }

    /** @throws io.millrace.coordinator.tree.MalformedNodeException where it cannot be read; nothing has changed then */
    void onChunk(int number, Node node) {
        Chunk chunk = chunk(node.path(), node.data());
        chunks.put(number, chunk);
        merge(chunk);
        image = null;
    }

    /**
     * A chunk as a controller has told it, which may be late: unlike one that was read it is not kept for a topic that is not
     * known yet, or it could take the place of that topic's own; and it counts for nothing once a later controller is known.
     *
     * @param controllerEpoch the newest that is known
     * @throws io.millrace.coordinator.tree.MalformedNodeException where it cannot be read; nothing has changed then
     */
    void onRecorded(RecordedChunk told, int controllerEpoch) {
        Chunk chunk = chunk(told.path(), told.data());
        if (chunk.controllerEpoch() >= controllerEpoch) {
            merge(chunk);
            image = null;
        }
    }

    private static Chunk chunk(String path, String data) {
        StateChunk decoded = NodeCodec.decode(path, data, StateChunk.class);
        return new Chunk(decoded.topicId(), decoded.controllerEpoch(), TopicNodes.states(path, decoded));
    }

    /** The node is gone: so is the topic. Its chunks went before it or with it. */
    void onTopicDeleted() {
        topic = null;
        partitions.clear();
        image = null;
    }

    /** A chunk by itself says nothing: the partitions stay as they were last known until the topic goes. */
    void onChunkDeleted(int number) {
        chunks.remove(number);
    }

    boolean isEmpty() {
        return topic == null && chunks.isEmpty();
    }

    Optional<TopicImage> image() {
        if (image == null && topic != null) {
            image = TopicNodes.image(name, topic, partitions);
        }
        return Optional.ofNullable(image);
    }

    private void merge(Chunk chunk) {
        TopicNode of = topic;
        if (of == null || !of.topicId().equals(chunk.topicId())) {
            return;
        }
        chunk.states().forEach((partition, state) -> {
            PartitionState known = partitions.get(partition);
            if (partition < of.partitions() && (known == null || isNewer(state, known))) {
                partitions.put(partition, state);
            }
        });
    }

    private static boolean isNewer(PartitionState state, PartitionState known) {
        return state.partitionEpoch() > known.partitionEpoch() && state.leaderEpoch() >= known.leaderEpoch();
    }

    /** A chunk as it was read. */
    private record Chunk(String topicId, int controllerEpoch, SortedMap<Integer, PartitionState> states) {}
}
