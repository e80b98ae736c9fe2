package io.millrace.client;

import org.jspecify.annotations.Nullable;

/** What became of a record. Called once, on the producer's own thread, which it may not block. */
@FunctionalInterface
public interface SendCallback {
    /** Exactly one of the two is null. */
    void onDone(@Nullable RecordReceipt receipt, @Nullable MillraceException failure);
}
