package io.millrace.wire;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Batches as fields of messages and back, without copying them. */
public final class WireBytes {
    /** What goes along with a batch in its message, with room to spare. */
    private static final int MAX_REST_BYTES = 1024;

    private WireBytes() {}

    /**
     * The bytes from position to limit, which nobody writes to until the message has been sent. Where the buffer has an
     * array that can be had, they go out of that; protobuf would copy a read-only one first.
     */
    public static ByteString of(ByteBuffer bytes) {
        return bytes.hasArray()
                ? UnsafeByteOperations.unsafeWrap(
                        bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining())
                : UnsafeByteOperations.unsafeWrap(bytes);
    }

    /**
     * A field of a message that a method of {@link BulkMethods} has received, as a writable buffer: the message is given
     * away with it. One that is a small part of its message is copied all the same, or it would keep the rest in memory
     * for as long as it is kept. Not for a message that was built here, whose bytes may be somebody's.
     */
    public static ByteBuffer owned(ByteString field) {
        Backing backing = new Backing();
        try {
            UnsafeByteOperations.unsafeWriteTo(field, backing);
        } catch (IOException impossible) {
            throw new IllegalStateException("memory does not fail to be written", impossible);
        }
        ByteBuffer buffer = backing.buffer;
        return buffer != null && backing.pieces == 1 && backing.isMost ? buffer : ByteBuffer.wrap(field.toByteArray());
    }

    /** Is shown where the bytes lie. */
    private static final class Backing extends ByteOutput {
        private @Nullable ByteBuffer buffer;
        private int pieces;
        private boolean isMost;

        @Override
        public void write(byte[] bytes, int offset, int length) {
            buffer = ByteBuffer.wrap(bytes, offset, length).slice();
            isMost = bytes.length - length <= MAX_REST_BYTES + length / 8;
            pieces++;
        }

        @Override
        public void writeLazy(byte[] bytes, int offset, int length) {
            write(bytes, offset, length);
        }

        @Override
        public void write(byte value) {
            pieces += 2;
        }

        @Override
        public void write(ByteBuffer bytes) {
            pieces += 2;
        }

        @Override
        public void writeLazy(ByteBuffer bytes) {
            pieces += 2;
        }
    }
}
