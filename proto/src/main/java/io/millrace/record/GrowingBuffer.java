package io.millrace.record;

import java.nio.ByteBuffer;

/** A heap buffer that makes room as it is written to. */
final class GrowingBuffer {
    private static final int INITIAL_BYTES = 1024;

    private ByteBuffer buffer = ByteBuffer.allocate(INITIAL_BYTES);

    /** The buffer, positioned behind what was written, with room for so many bytes more; void after the next call. */
    ByteBuffer reserve(int bytes) {
        if (buffer.remaining() < bytes) {
            int needed = Math.addExact(buffer.position(), bytes);
            int doubled = (int) Math.min(2L * buffer.capacity(), Integer.MAX_VALUE - 8);
            buffer = ByteBuffer.allocate(Math.max(needed, doubled)).put(buffer.flip());
        }
        return buffer;
    }

    int sizeInBytes() {
        return buffer.position();
    }

    /** What was written, from position to limit, as a view of the same bytes. */
    ByteBuffer written() {
        return buffer.slice(0, buffer.position());
    }
}
