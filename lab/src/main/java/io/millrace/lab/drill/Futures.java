package io.millrace.lab.drill;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for another thread, and fails as it did. */
final class Futures {
    private Futures() {}

    static <T> T await(CompletableFuture<T> future) throws InterruptedException, IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IOException("the load's thread failed: " + e.getCause(), e.getCause());
        }
    }
}
