package io.millrace.lab.junit;

import io.millrace.broker.core.BrokerImage;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.LiveNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Which way one broker is sent where a node names the address of another one, and where it tells clients to go. */
final class Steering implements UnaryOperator<Node> {
    private final int self;
    private final Links links;

    Steering(int self, Links links) {
        this.self = self;
        this.links = links;
    }

    @Override
    public Node apply(Node node) {
        if (node.path().startsWith(Paths.BROKERS) && node.path().contains("/live-")) {
            return with(node, NodeCodec.encode(live(NodeCodec.decode(node.path(), node.data(), LiveNode.class))));
        }
        if (node.path().equals(Paths.CONTROLLER_EPOCH)) {
            return with(
                    node,
                    NodeCodec.encode(controller(NodeCodec.decode(node.path(), node.data(), ControllerNode.class))));
        }
        return node;
    }

    private LiveNode live(LiveNode live) {
        SortedMap<String, String> endpoints = new TreeMap<>(live.endpoints());
        endpoints.computeIfPresent(
                BrokerImage.CLIENT_LISTENER,
                (listener, endpoint) -> links.way(Links.CLIENTS, live.brokerId(), port(endpoint)));
        endpoints.computeIfPresent(
                BrokerImage.INTERNAL_LISTENER, (listener, endpoint) -> internal(live.brokerId(), endpoint));
        return new LiveNode(live.brokerId(), live.brokerEpoch(), endpoints, live.rack());
    }

    private ControllerNode controller(ControllerNode node) {
        return new ControllerNode(node.brokerId(), node.brokerEpoch(), internal(node.brokerId(), node.endpoint()));
    }

    /** The own one stays: a broker compares what it reads of itself with what it wrote. */
    private String internal(int broker, String endpoint) {
        return broker == self ? endpoint : links.way(self, broker, port(endpoint));
    }

    private static int port(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    private static Node with(Node node, String data) {
        return new Node(node.path(), data, node.version(), node.createdAt(), node.modifiedAt(), node.ephemeralOwner());
    }
}
