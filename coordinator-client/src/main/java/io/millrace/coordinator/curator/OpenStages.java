package io.millrace.coordinator.curator;

import io.millrace.coordinator.CoordinatorException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Questions without an answer yet: none may stay open for ever when the client is closed. */
final class OpenStages implements AutoCloseable {

    private final Set<OpenStage<?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** One of them. */
    final class OpenStage<T> {
        private final CompletableFuture<T> stage = new CompletableFuture<>();

        CompletionStage<T> stage() {
            return stage;
        }

        boolean isDone() {
            return stage.isDone();
        }

        void complete(T value) {
            open.remove(this);
            stage.complete(value);
        }

        void fail(Exception cause) {
            open.remove(this);
            stage.completeExceptionally(new CoordinatorException("No answer: " + cause.getMessage(), cause));
        }

        private void failClosed() {
            open.remove(this);
            stage.completeExceptionally(new CoordinatorException("closed"));
        }
    }

    <T> OpenStage<T> open() {
        OpenStage<T> stage = new OpenStage<>();
        open.add(stage);
        if (closed) {
            stage.failClosed();
        }
        return stage;
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(OpenStage::failClosed);
    }
}
