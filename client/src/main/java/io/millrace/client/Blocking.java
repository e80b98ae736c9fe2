package io.millrace.client;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Turns a future into a call that blocks. */
final class Blocking {
    private Blocking() {}

    /** Throws {@link MillraceException} only. Interrupted, it cancels the future and leaves the flag set. */
    static <R> R await(CompletableFuture<R> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw MillraceException.withoutDetail(
                    Kind.CANCELLED, Certainty.CERTAINTY_INDETERMINATE, "interrupted while waiting for an answer", e);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause() == null ? e : e.getCause());
        }
    }

    /** A new exception, because the one inside was made on another thread: its stack says nothing about this call. */
    static MillraceException rethrown(Throwable cause) {
        if (cause instanceof MillraceException failure) {
            return new MillraceException(
                    failure.kind(), failure.detail(), String.valueOf(failure.getMessage()), failure);
        }
        return MillraceException.withoutDetail(
                Kind.PROTOCOL, Certainty.CERTAINTY_INDETERMINATE, "the client failed: " + cause, cause);
    }
}
