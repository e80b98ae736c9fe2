package io.millrace.broker.controller;

import io.millrace.broker.runtime.Continuation;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.tree.ClusterNode;
import io.millrace.coordinator.tree.MalformedNodeException;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import io.millrace.coordinator.tree.TopicNode;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a deleted topic from one that is merely not seen: a lagging server, a tree that was wiped or restored, another
 * cluster's tree. A tree that is behind what this broker has seen was put back, and lacks what was made since (R36). Data
 * is deleted on the first only (N14).
 */
public final class DeletedTopics {

    private static final Logger LOG = LoggerFactory.getLogger(DeletedTopics.class);

    private final Coordinator coordinator;
    private final String clusterId;
    private final IntSupplier seenControllerEpoch;
    private final EventLoop loop;

    /** @param seenControllerEpoch the highest that this broker knows of */
    public DeletedTopics(Coordinator coordinator, String clusterId, IntSupplier seenControllerEpoch, EventLoop loop) {
        this.seenControllerEpoch = seenControllerEpoch;
        this.coordinator = coordinator;
        this.clusterId = clusterId;
        this.loop = loop;
    }

    /** Answers on the loop: true only where the tree, read after a sync, is this cluster's and lacks the topic. */
    public void confirm(String topic, String topicId, Consumer<Boolean> reply) {
        Continuation.on(
                loop,
                coordinator
                        .sync()
                        .thenComposeAsync(synced -> coordinator.read(Paths.CLUSTER), loop)
                        .thenCombineAsync(
                                coordinator
                                        .sync()
                                        .thenComposeAsync(synced -> coordinator.read(Paths.topic(topic)), loop),
                                (cluster, node) -> isThisCluster(cluster) && !isThere(node, topicId),
                                loop)
                        .thenCombineAsync(
                                coordinator
                                        .sync()
                                        .thenComposeAsync(synced -> coordinator.read(Paths.CONTROLLER_EPOCH), loop),
                                (isGone, epoch) -> isGone && isCurrent(epoch),
                                loop),
                (gone, failure) -> reply.accept(answer(topic, gone != null && gone, failure)));
    }

    private static boolean answer(String topic, boolean gone, @Nullable Throwable failure) {
        if (failure != null
                && !(failure instanceof CoordinatorException)
                && !(failure instanceof MalformedNodeException)) {
            throw new IllegalStateException("Asking for topic " + topic + " failed", failure);
        }
        if (!gone) {
            LOG.error("Topic {} is not to be seen, and not known to be deleted: its data stays here", topic, failure);
        }
        return gone;
    }

    private boolean isThisCluster(Optional<Node> cluster) {
        return cluster.map(node -> NodeCodec.decode(node.path(), node.data(), ClusterNode.class)
                        .clusterId())
                .filter(clusterId::equals)
                .isPresent();
    }

    private boolean isCurrent(Optional<Node> epoch) {
        return epoch.map(Node::version).orElse(0) >= seenControllerEpoch.getAsInt();
    }

    private static boolean isThere(Optional<Node> topic, String topicId) {
        return topic.map(node -> NodeCodec.decode(node.path(), node.data(), TopicNode.class)
                        .topicId())
                .filter(topicId::equals)
                .isPresent();
    }
}
