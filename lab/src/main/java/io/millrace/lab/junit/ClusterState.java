package io.millrace.lab.junit;

import io.millrace.client.MillraceClient;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.curator.CuratorConfig;
import io.millrace.coordinator.curator.CuratorCoordinator;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import io.millrace.coordinator.tree.StateChunk;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import io.millrace.coordinator.tree.TopicNode;
import io.millrace.proto.v1.GetMetadataResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What ZooKeeper holds of a cluster, read on a connection that no fault touches. */
final class ClusterState implements AutoCloseable {
    private static final int SESSION_TIMEOUT_MS = 10_000;
    private static final int CONNECTION_TIMEOUT_MS = 5_000;
    private static final long POLL_MS = 20;

    private final Coordinator coordinator;

    ClusterState(int zooKeeperPort) {
        coordinator = new CuratorCoordinator(new CuratorConfig(
                "127.0.0.1:" + zooKeeperPort, "/millrace", SESSION_TIMEOUT_MS, CONNECTION_TIMEOUT_MS));
    }

    /** Waits until each of {@code members} names as many brokers, and a controller. */
    void awaitEveryoneKnown(Collection<Member> members, Duration atMost) throws InterruptedException {
        for (Member member : members) {
            try (MillraceClient client = MillraceClient.of(member.endpoint())) {
                if (!await(atMost, () -> knows(client.metadata(), members.size()))) {
                    throw new IllegalStateException("The brokers have not found each other: " + client.metadata());
                }
            }
        }
    }

    private static boolean knows(GetMetadataResponse metadata, int brokers) {
        return metadata.getControllerId() >= 0 && metadata.getBrokersCount() == brokers;
    }

    int leaderOf(String topic, int partition) {
        return state(topic, partition)
                .orElseThrow(() -> new IllegalArgumentException("There is no partition " + topic + "-" + partition))
                .leader();
    }

    boolean awaitInSync(Duration atMost) throws InterruptedException {
        return await(atMost, () -> outOfSync().isEmpty());
    }

    /** A partition that lacks its leader or a replica in sync, with its state. */
    Optional<String> outOfSync() {
        for (String topic : done(coordinator.children(Paths.TOPICS))) {
            int partitions = node(Paths.topic(topic), TopicNode.class)
                    .map(TopicNode::partitions)
                    .orElse(0);
            for (int partition = 0; partition < partitions; partition++) {
                Optional<PartitionNode> state = state(topic, partition);
                if (!state.map(ClusterState::isInSync).orElse(false)) {
                    return Optional.of(topic + "-" + partition + " "
                            + state.map(Record::toString).orElse("has no state"));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isInSync(PartitionNode state) {
        return state.leader() >= 0 && state.isr().size() == state.replicas().size();
    }

    private Optional<PartitionNode> state(String topic, int partition) {
        return node(Paths.topicState(topic, Paths.chunk(partition)), StateChunk.class)
                .flatMap(chunk -> Optional.ofNullable(chunk.partitions().get(partition)));
    }

    private <T extends Record> Optional<T> node(String path, Class<T> type) {
        Optional<Node> node = done(coordinator.read(path));
        return node.map(found -> NodeCodec.decode(path, found.data(), type));
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(SESSION_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .join();
    }

    private static boolean await(Duration atMost, BooleanSupplier condition) throws InterruptedException {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            Thread.sleep(POLL_MS);
        }
        return true;
    }

    @Override
    public void close() {
        coordinator.close();
    }
}
