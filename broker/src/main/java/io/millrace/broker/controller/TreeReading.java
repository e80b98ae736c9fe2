package io.millrace.broker.controller;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.ClusterState;
import io.millrace.broker.core.controller.LiveBroker;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.tree.MalformedNodeException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the controller's values out of nodes read afresh. A node that cannot be read is left alone. */
final class TreeReading {

    private static final Logger LOG = LoggerFactory.getLogger(TreeReading.class);

    private final BrokerAssembly brokers = new BrokerAssembly();
    private final TreeMap<String, TopicAssembly> topics = new TreeMap<>();

    TreeReading(List<Node> nodes) {
        nodes.forEach(this::take);
    }

    SortedMap<Integer, LiveBroker> live() {
        TreeMap<Integer, LiveBroker> live = new TreeMap<>();
        brokers.brokers().forEach((id, broker) -> {
            if (isWhole(broker)) {
                live.put(id, live(broker));
            }
        });
        return live;
    }

    /** As {@link #live}, for a broker that need not be registered; empty where it is not of the newest start. */
    Optional<LiveBroker> unregistered(BrokerImage broker) {
        return brokers.newestStart(broker.incarnation().id())
                .filter(node -> node.brokerEpoch() == broker.incarnation().epoch())
                .map(node -> live(broker));
    }

    /** Whether no later process start of the same broker is recorded. */
    boolean isNewest(BrokerIncarnation broker) {
        return brokers.isNewest(broker);
    }

    /**
     * Whether a registration was read beside what an earlier or a later start had written down: two reads are not one. Such
     * a broker counts for nothing before it is read again, since nothing is known of what it holds (N13).
     */
    boolean isTorn() {
        return brokers.brokers().values().stream().anyMatch(broker -> !isWhole(broker));
    }

    private boolean isWhole(BrokerImage broker) {
        return brokers.newestStart(broker.incarnation().id())
                .filter(node -> node.brokerEpoch() == broker.incarnation().epoch())
                .isPresent();
    }

    private LiveBroker live(BrokerImage broker) {
        BrokerIncarnation incarnation = broker.incarnation();
        return brokers.newestStart(incarnation.id())
                .map(node -> new LiveBroker(incarnation, broker.rack(), node.diskSince(), node.memorySince()))
                .orElseThrow();
    }

    /** The state without any live broker: that they are there is the first input of a term. */
    ClusterState state(int controllerEpoch, Safeguards safeguards) {
        TreeMap<String, TopicImage> images = new TreeMap<>();
        TreeSet<String> unreadable = new TreeSet<>();
        topics.forEach((name, topic) ->
                topic.image().ifPresentOrElse(image -> images.put(name, image), () -> unreadable.add(name)));
        return ClusterState.read(controllerEpoch, images, unreadable, safeguards);
    }

    private void take(Node node) {
        TreePath path = TreePath.of(node.path());
        try {
            brokers.onNode(node);
            if (!path.topic().isEmpty()) {
                TopicAssembly topic = topics.computeIfAbsent(path.topic(), TopicAssembly::new);
                if (path.isEntry()) {
                    topic.onTopic(node);
                }
                path.chunk().ifPresent(chunk -> topic.onChunk(chunk, node));
            }
        } catch (MalformedNodeException malformed) {
            LOG.error("{}; the controller leaves alone what it is about", malformed.getMessage());
        }
    }
}
