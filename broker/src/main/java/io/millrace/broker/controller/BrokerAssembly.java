package io.millrace.broker.controller;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.tree.BrokerNode;
import io.millrace.coordinator.tree.LiveNode;
import io.millrace.coordinator.tree.NodeCodec;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts the registered brokers together from the nodes below {@code /brokers}.
 *
 * <p>A killed broker's live node stays until its session times out, so there may be one beside its successor's: the
 * newest counts, and none counts that is older than the broker's counter, because then its successor has begun.
 */
final class BrokerAssembly {

    private final TreeMap<Integer, BrokerNode> newestStart = new TreeMap<>();
    private final TreeMap<Integer, TreeMap<Long, BrokerImage>> live = new TreeMap<>();
    private final TreeMap<Integer, BrokerImage> lastSeen = new TreeMap<>();

    /** @throws io.millrace.coordinator.tree.MalformedNodeException where it cannot be read; nothing has changed then */
    void onNode(Node node) {
        TreePath path = TreePath.of(node.path());
        path.broker().ifPresent(id -> {
            if (path.isEntry()) {
                BrokerNode broker = NodeCodec.decode(node.path(), node.data(), BrokerNode.class);
                newestStart.merge(id, broker, (one, other) -> one.brokerEpoch() > other.brokerEpoch() ? one : other);
            }
            path.liveEpoch().ifPresent(epoch -> {
                LiveNode decoded = NodeCodec.decode(node.path(), node.data(), LiveNode.class);
                BrokerImage image =
                        new BrokerImage(new BrokerIncarnation(id, epoch), decoded.endpoints(), decoded.rack());
                live.computeIfAbsent(id, i -> new TreeMap<>()).put(epoch, image);
                lastSeen.merge(id, image, BrokerAssembly::newer);
            });
        });
    }

    void onDeleted(String deleted) {
        TreePath path = TreePath.of(deleted);
        path.broker()
                .ifPresent(id -> path.liveEpoch()
                        .ifPresent(
                                epoch -> live.getOrDefault(id, new TreeMap<>()).remove(epoch)));
    }

    SortedMap<Integer, BrokerImage> brokers() {
        TreeMap<Integer, BrokerImage> brokers = new TreeMap<>();
        live.forEach((id, epochs) -> {
            Map.Entry<Long, BrokerImage> newest = epochs.lastEntry();
            if (newest != null && isNewest(newest.getValue().incarnation())) {
                brokers.put(id, newest.getValue());
            }
        });
        return brokers;
    }

    /** The newest that was ever seen of each broker, live or not, where its successor has not begun. */
    SortedMap<Integer, BrokerImage> known() {
        TreeMap<Integer, BrokerImage> known = new TreeMap<>(lastSeen);
        known.values().removeIf(broker -> !isNewest(broker.incarnation()));
        return known;
    }

    /** Whether no later process start of the same broker is recorded. */
    boolean isNewest(BrokerIncarnation broker) {
        return broker.epoch() >= newestEpoch(broker.id());
    }

    private static BrokerImage newer(BrokerImage one, BrokerImage other) {
        return other.incarnation().epoch() >= one.incarnation().epoch() ? other : one;
    }

    /** What broker {@code id} wrote down at its newest start. */
    Optional<BrokerNode> newestStart(int id) {
        return Optional.ofNullable(newestStart.get(id));
    }

    private long newestEpoch(int id) {
        return newestStart(id).map(BrokerNode::brokerEpoch).orElse(0L);
    }
}
