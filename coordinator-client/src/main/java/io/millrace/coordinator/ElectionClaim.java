package io.millrace.coordinator;

import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One try to raise {@code /controller/epoch} in the name of one latch node. */
final class ElectionClaim {

    private final Coordinator coordinator;
    private final String data;
    private final Operation latchCheck;
    private final int seenControllerEpoch;
    /** When the node that this claim replaces was written; what the watch tells of that one or older is no news. */
    private volatile long replacedAt;

    /** @param seenControllerEpoch a tree that is behind this is not the newest one */
    ElectionClaim(Coordinator coordinator, ControllerNode self, String ownLatchNode, int seenControllerEpoch) {
        this.coordinator = coordinator;
        this.seenControllerEpoch = seenControllerEpoch;
        this.data = NodeCodec.encode(self);
        this.latchCheck = new Operation.Check(ownLatchNode, Operation.ANY_VERSION);
    }

    /**
     * The controllerEpoch won; fails with {@link CoordinatorException} where the latch node or the service is gone, and
     * with {@link RolledBackException} where the tree is not the newest one.
     */
    CompletionStage<Integer> run() {
        return latest().thenCompose(this::raise);
    }

    /** Whether {@code epochNode}, as seen by a watch, was written after this claim won {@code controllerEpoch}. */
    boolean isContradictedBy(Node epochNode, int controllerEpoch) {
        return epochNode.modifiedAt() > replacedAt && epochNode.version() != controllerEpoch;
    }

    private CompletionStage<Optional<Node>> latest() {
        return coordinator.sync().thenCompose(synced -> coordinator.read(Paths.CONTROLLER_EPOCH));
    }

    private CompletionStage<Integer> raise(Optional<Node> present) {
        replacedAt = present.map(Node::modifiedAt).orElse(0L);
        int controllerEpoch = present.map(Node::version).orElse(0);
        if (controllerEpoch < seenControllerEpoch) {
            return CompletableFuture.failedFuture(new RolledBackException(controllerEpoch, seenControllerEpoch));
        }
        int next = 1 + controllerEpoch;
        return coordinator.commit(operations(present)).thenCompose(result -> {
            if (result instanceof CommitResult.Committed) {
                return CompletableFuture.completedFuture(next);
            } else if (result instanceof CommitResult.Refused refused && refused.index() == 0) {
                return CompletableFuture.failedFuture(new CoordinatorException("the own latch node is gone"));
            } else if (result instanceof CommitResult.Unknown) {
                return latest().thenCompose(now -> settle(now, next));
            }
            return run();
        });
    }

    /** After a lost answer: the epoch that was asked for, under the own name, can only be the own write. */
    private CompletionStage<Integer> settle(Optional<Node> now, int next) {
        boolean won = now.isPresent()
                && now.get().version() == next
                && now.get().data().equals(data);
        return won ? CompletableFuture.completedFuture(next) : raise(now);
    }

    private List<Operation> operations(Optional<Node> present) {
        if (present.isPresent()) {
            return List.of(
                    latchCheck,
                    new Operation.SetData(
                            Paths.CONTROLLER_EPOCH, data, present.get().version()));
        }
        // Set in the same breath, so that the first controllerEpoch is 1 and nobody ever sees 0.
        return List.of(
                latchCheck,
                new Operation.Create(Paths.CONTROLLER_EPOCH, data, false),
                new Operation.SetData(Paths.CONTROLLER_EPOCH, data, 0));
    }
}
