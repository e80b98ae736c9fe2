package io.millrace.broker.log;

import java.nio.ByteBuffer;

/**
 * Whole consecutive batches as they stand in the log, checked when they were read.
 *
 * @param baseOffset first offset of the first batch, at or below the one that was asked for
 * @param nextOffset where to read on, exclusive end of the last batch; the asked offset where the slice is empty
 * @param batches position to limit; the caller's own
 */
public record LogSlice(long baseOffset, long nextOffset, ByteBuffer batches) {

    static LogSlice empty(long offset) {
        return new LogSlice(offset, offset, ByteBuffer.allocate(0));
    }

    public int sizeInBytes() {
        return batches.remaining();
    }

    public boolean isEmpty() {
        return !batches.hasRemaining();
    }
}
