package io.millrace.record;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads a buffer from its position to its limit. */
final class BufferInputStream extends InputStream {
    private final ByteBuffer buffer;

    BufferInputStream(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    @Override
    public int read() {
        return buffer.hasRemaining() ? Byte.toUnsignedInt(buffer.get()) : -1;
    }

    @Override
    public int read(byte[] target, int start, int length) {
        if (length == 0) {
            return 0;
        }
        if (!buffer.hasRemaining()) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, start, count);
        return count;
    }

    @Override
    public int available() {
        return buffer.remaining();
    }
}
