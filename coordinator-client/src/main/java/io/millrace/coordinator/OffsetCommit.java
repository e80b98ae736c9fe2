package io.millrace.coordinator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One commit: reads, writes with the versions read, and begins again where somebody else was faster. */
final class OffsetCommit {

    private static final int MAX_TRIES = 10;

    private final Coordinator coordinator;
    private final String group;
    private final OffsetChanges changes;

    OffsetCommit(Coordinator coordinator, String group, OffsetChanges changes) {
        this.coordinator = coordinator;
        this.group = group;
        this.changes = changes;
    }

    CompletionStage<OffsetCommitResult> run() {
        return attempt(1, false);
    }

    /** @param inDoubt whether an earlier attempt may have been stored */
    private CompletionStage<OffsetCommitResult> attempt(int number, boolean inDoubt) {
        return present().thenCompose(present -> {
            if (inDoubt && changes.areIn(present)) {
                return CompletableFuture.completedFuture(OffsetCommitResult.COMMITTED);
            }
            List<Operation> operations = changes.operations(present);
            if (!TransactionLimits.fits(operations)) {
                return tooLarge(inDoubt);
            }
            return coordinator.commit(operations).thenCompose(result -> settle(result, number, inDoubt));
        });
    }

    private CompletionStage<OffsetCommitResult> settle(CommitResult result, int number, boolean inDoubt) {
        if (result instanceof CommitResult.Committed) {
            return CompletableFuture.completedFuture(OffsetCommitResult.COMMITTED);
        }
        boolean unknown = result instanceof CommitResult.Unknown;
        if (number == MAX_TRIES) {
            return inDoubt || unknown ? doubt() : CompletableFuture.completedFuture(OffsetCommitResult.CONFLICT);
        }
        // A write whose answer was lost may not have reached the server that is asked next.
        CompletionStage<Void> caughtUp = unknown ? coordinator.sync() : CompletableFuture.completedFuture(null);
        return caughtUp.thenCompose(done -> attempt(number + 1, inDoubt || unknown));
    }

    private CompletionStage<OffsetCommitResult> tooLarge(boolean inDoubt) {
        return inDoubt ? doubt() : CompletableFuture.completedFuture(OffsetCommitResult.TOO_LARGE);
    }

    private CompletionStage<OffsetCommitResult> doubt() {
        return CompletableFuture.failedFuture(
                new CoordinatorException("Offsets of " + group + " may be stored or not"));
    }

    private CompletionStage<Map<String, Node>> present() {
        List<CompletionStage<Optional<Node>>> reads =
                changes.paths().stream().map(coordinator::read).toList();
        return Stages.all(reads).thenApply(nodes -> {
            Map<String, Node> present = new TreeMap<>();
            nodes.forEach(node -> node.ifPresent(found -> present.put(found.path(), found)));
            return present;
        });
    }
}
