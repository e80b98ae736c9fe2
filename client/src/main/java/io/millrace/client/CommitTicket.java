package io.millrace.client;

import java.util.concurrent.CompletableFuture;

/** One commit of the application's: done once each of its partitions is. */
final class CommitTicket {
    private final CompletableFuture<Void> future;
    private int open;

    CommitTicket(CompletableFuture<Void> future, int partitions) {
        this.future = future;
        this.open = partitions;
    }

    void onCommitted() {
        open--;
        if (open == 0) {
            future.complete(null);
        }
    }

    void onFailed(MillraceException failure) {
        future.completeExceptionally(failure);
    }
}
