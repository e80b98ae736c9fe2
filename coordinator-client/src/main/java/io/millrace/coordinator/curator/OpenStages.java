package io.millrace.coordinator.curator;

import io.millrace.coordinator.CoordinatorException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Questions without an answer yet: none may stay open for ever when the client is closed. */
final class OpenStages implements AutoCloseable {

    private final Set<OpenStage<?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** One of them. */
    final class OpenStage<T> {
        private final CompletableFuture<T> stage = new CompletableFuture<>();
        private final @Nullable T whenClosed;

        private OpenStage(@Nullable T whenClosed) {
            this.whenClosed = whenClosed;
        }

        CompletionStage<T> stage() {
            return stage;
        }

        boolean isDone() {
            return stage.isDone();
        }

        void complete(T value) {
            stage.complete(value);
            open.remove(this);
        }

        void fail(Exception cause) {
            stage.completeExceptionally(new CoordinatorException("No answer: " + cause.getMessage(), cause));
            open.remove(this);
        }

        private void endClosed() {
            if (whenClosed == null) {
                failClosed();
            } else {
                complete(whenClosed);
            }
        }

        private void failClosed() {
            stage.completeExceptionally(new CoordinatorException("closed"));
            open.remove(this);
        }
    }

    /** A question that fails when the client is closed before the answer. */
    <T> OpenStage<T> open() {
        return open(new OpenStage<T>(null));
    }

    /**
     * One that then has {@code whenClosed} for its answer. It has failed already where the client was closed before: what
     * is done must not be asked.
     */
    <T> OpenStage<T> open(T whenClosed) {
        return open(new OpenStage<>(whenClosed));
    }

    private <T> OpenStage<T> open(OpenStage<T> stage) {
        open.add(stage);
        if (closed) {
            stage.failClosed();
        }
        return stage;
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(OpenStage::endClosed);
    }
}
