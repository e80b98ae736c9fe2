package io.millrace.coordinator;

import io.millrace.coordinator.RegistrationRefusedException.Reason;
import io.millrace.coordinator.tree.BrokerNode;
import io.millrace.coordinator.tree.ClusterNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One registration. Every step reads, writes what is missing, and reads again, whatever became of the write: a lost
 * answer or a lost race needs no case of its own.
 */
final class RegistrationSteps {

    /** Of the tree; a broker does not touch one that is newer than it knows. */
    private static final int FORMAT_VERSION = 1;

    private static final List<String> FIXED_NODES =
            List.of(Paths.BROKERS, Paths.TOPICS, Paths.GROUPS, Paths.CONTROLLER, Paths.CONTROLLER_LATCH);

    private final Coordinator coordinator;
    private final BrokerIdentity identity;

    RegistrationSteps(Coordinator coordinator, BrokerIdentity identity) {
        this.coordinator = coordinator;
        this.identity = identity;
    }

    CompletionStage<Registration> run() {
        return coordinator
                .sync()
                .thenCompose(synced -> clusterId())
                .thenCompose(clusterId -> fixedNodes(0)
                        .thenCompose(made -> notRolledBack())
                        .thenCompose(current -> nextEpoch(clusterId)));
    }

    private CompletionStage<String> clusterId() {
        return coordinator
                .read(Paths.CLUSTER)
                .thenCompose(node -> node.isPresent()
                        ? CompletableFuture.completedFuture(matched(node.get()))
                        : makeCluster().thenCompose(tried -> clusterId()));
    }

    private CompletionStage<CommitResult> makeCluster() {
        if (identity.expectedClusterId() != null) {
            throw new RegistrationRefusedException(
                    Reason.CLUSTER_MISSING,
                    "The data directory belongs to cluster " + identity.expectedClusterId()
                            + ", and the coordination service knows of no cluster");
        }
        return create(Paths.CLUSTER, NodeCodec.encode(new ClusterNode(identity.proposedClusterId(), FORMAT_VERSION)));
    }

    private String matched(Node node) {
        ClusterNode cluster = NodeCodec.decode(Paths.CLUSTER, node.data(), ClusterNode.class);
        if (cluster.formatVersion() > FORMAT_VERSION) {
            throw new RegistrationRefusedException(
                    Reason.NEWER_FORMAT,
                    "The cluster has format " + cluster.formatVersion() + ", this broker knows " + FORMAT_VERSION);
        }
        String expected = identity.expectedClusterId();
        if (expected != null && !expected.equals(cluster.clusterId())) {
            throw new RegistrationRefusedException(
                    Reason.OTHER_CLUSTER,
                    "The data directory belongs to cluster " + expected + ", the coordination service to "
                            + cluster.clusterId());
        }
        return cluster.clusterId();
    }

    private CompletionStage<Void> fixedNodes(int from) {
        if (from == FIXED_NODES.size()) {
            return CompletableFuture.completedFuture(null);
        }
        String path = FIXED_NODES.get(from);
        return coordinator
                .read(path)
                .thenCompose(node -> node.isPresent()
                        ? fixedNodes(from + 1)
                        : create(path, "").thenCompose(tried -> fixedNodes(from)));
    }

    /** Before anything is raised: each new epoch would bring an old tree nearer to looking like the newest one (R36). */
    private CompletionStage<Void> notRolledBack() {
        return coordinator.read(Paths.CONTROLLER_EPOCH).thenAccept(node -> {
            int controllerEpoch = node.map(Node::version).orElse(0);
            if (controllerEpoch < identity.seen().controllerEpoch()) {
                throw rolledBack(
                        "controllerEpoch", controllerEpoch, identity.seen().controllerEpoch());
            }
        });
    }

    private static RegistrationRefusedException rolledBack(String epoch, long present, long seen) {
        return new RegistrationRefusedException(
                Reason.ROLLED_BACK,
                "The coordination service was put back to an older state: its " + epoch + " is " + present
                        + ", and this broker has seen " + seen
                        + ". Records that were acknowledged since would be cut; restore a newer copy of its data");
    }

    private CompletionStage<Registration> nextEpoch(String clusterId) {
        String path = Paths.broker(identity.brokerId());
        return coordinator.read(path).thenCompose(node -> {
            long present = node.map(RegistrationSteps::epoch).orElse(0L);
            if (present < identity.seen().brokerEpoch()) {
                throw rolledBack("brokerEpoch", present, identity.seen().brokerEpoch());
            }
            long epoch = 1 + present;
            return coordinator.commit(List.of(write(path, node, epoch))).thenCompose(result -> {
                // After a lost answer the epoch may be ours or a twin's: taking one more settles it.
                return result instanceof CommitResult.Committed
                        ? CompletableFuture.completedFuture(new Registration(identity.brokerId(), epoch, clusterId))
                        : nextEpoch(clusterId);
            });
        });
    }

    private Operation write(String path, Optional<Node> node, long epoch) {
        String data = NodeCodec.encode(node.map(was -> next(was, epoch)).orElseGet(() -> first(epoch)));
        return node.<Operation>map(was -> new Operation.SetData(path, data, was.version()))
                .orElseGet(() -> new Operation.Create(path, data, false));
    }

    private BrokerNode first(long epoch) {
        return new BrokerNode(epoch, List.of(identity.directoryId()), identity.bootId(), epoch, epoch);
    }

    /** What this start can prove of the ones before it (N13). */
    private BrokerNode next(Node node, long epoch) {
        BrokerNode was = broker(node);
        boolean sameDisk = was.directoryIds().contains(identity.directoryId());
        boolean sameBoot = !identity.bootId().isEmpty() && identity.bootId().equals(was.bootId());
        boolean cleanStop = identity.cleanShutdownEpoch() == was.brokerEpoch();
        return new BrokerNode(
                epoch,
                List.of(identity.directoryId()),
                identity.bootId(),
                sameDisk ? was.diskSince() : epoch,
                sameDisk && (sameBoot || cleanStop) ? was.memorySince() : epoch);
    }

    private static long epoch(Node node) {
        return broker(node).brokerEpoch();
    }

    private static BrokerNode broker(Node node) {
        return NodeCodec.decode(node.path(), node.data(), BrokerNode.class);
    }

    private CompletionStage<CommitResult> create(String path, String data) {
        return coordinator.commit(List.of(new Operation.Create(path, data, false)));
    }
}
