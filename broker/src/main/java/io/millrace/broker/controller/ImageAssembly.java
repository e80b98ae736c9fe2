package io.millrace.broker.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.TopicImage;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.MalformedNodeException;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the cluster's image together from nodes as they are seen. A node that cannot be read is passed over, and what was
 * known before it stays: one slip of an operator's hand must not take a topic away from every broker at once.
 */
final class ImageAssembly {

    private static final Logger LOG = LoggerFactory.getLogger(ImageAssembly.class);

    private final String clusterId;
    private final BrokerAssembly brokers = new BrokerAssembly();
    private final TreeMap<String, TopicAssembly> topics = new TreeMap<>();
    private final TreeMap<String, String> unreadable = new TreeMap<>();
    private @Nullable ControllerNode controller;
    private int controllerEpoch = -1;

    ImageAssembly(String clusterId) {
        this.clusterId = clusterId;
    }

    void onNode(Node node) {
        try {
            take(node);
            unreadable.remove(node.path());
        } catch (MalformedNodeException malformed) {
            if (!Objects.equals(unreadable.put(node.path(), node.data()), node.data())) {
                LOG.error("{}; it is passed over, what was known before stays", malformed.getMessage());
            }
        }
    }

    /** Partition states as a controller has told them: they count where their topic is known, and are newer. */
    void onRecorded(RecordedChunk chunk) {
        TreePath path = TreePath.of(chunk.path());
        TopicAssembly topic = topics.get(path.topic());
        if (topic == null || path.chunk().isEmpty()) {
            return;
        }
        try {
            topic.onRecorded(chunk, controllerEpoch);
        } catch (MalformedNodeException malformed) {
            LOG.error("A controller told of {}; it is passed over", malformed.getMessage());
        }
    }

    void onDeleted(String deleted) {
        unreadable.remove(deleted);
        brokers.onDeleted(deleted);
        TreePath path = TreePath.of(deleted);
        TopicAssembly topic = topics.get(path.topic());
        if (topic == null) {
            return;
        }
        if (path.isEntry()) {
            topic.onTopicDeleted();
        }
        path.chunk().ifPresent(topic::onChunkDeleted);
        if (topic.isEmpty()) {
            topics.remove(path.topic());
        }
    }

    ClusterImage image() {
        TreeMap<String, TopicImage> images = new TreeMap<>();
        topics.forEach((name, topic) -> topic.image().ifPresent(image -> images.put(name, image)));
        ControllerNode known = controller;
        return new ClusterImage(
                clusterId,
                known == null ? null : new BrokerIncarnation(known.brokerId(), known.brokerEpoch()),
                controllerEpoch,
                known == null ? null : known.endpoint(),
                brokers.brokers(),
                brokers.known(),
                images);
    }

    private void take(Node node) {
        brokers.onNode(node);
        TreePath path = TreePath.of(node.path());
        if (node.path().equals(Paths.CONTROLLER_EPOCH)) {
            takeController(node);
        } else if (!path.topic().isEmpty() && path.isEntry()) {
            topic(path.topic()).onTopic(node);
        } else if (!path.topic().isEmpty()) {
            path.chunk().ifPresent(chunk -> topic(path.topic()).onChunk(chunk, node));
        }
    }

    private void takeController(Node node) {
        // The very first is made in two steps, and its first version says nothing; epochs never go back (R18, R36).
        if (node.version() > Math.max(0, controllerEpoch)) {
            controller = NodeCodec.decode(node.path(), node.data(), ControllerNode.class);
            controllerEpoch = node.version();
        }
    }

    private TopicAssembly topic(String name) {
        return topics.computeIfAbsent(name, TopicAssembly::new);
    }
}
