package io.millrace.record;

import java.nio.ByteBuffer;

/** Records that are not compressed: the batch's own bytes. */
final class PlainBytes implements RecordBytes {
    private final ByteBuffer unread;

    PlainBytes(ByteBuffer records) {
        this.unread = records;
    }

    @Override
    public ByteBuffer peek(int bytes) {
        return unread;
    }

    @Override
    public void close() {
        // Holds nothing outside the heap.
    }
}
