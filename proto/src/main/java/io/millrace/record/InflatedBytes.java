package io.millrace.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Records that are inflated as they are read. A block is never written again once its bytes were handed out, so slices
 * of it stay valid; a record that does not fit in the rest of a block moves to a new one. Memory grows with the bytes
 * that really came out of the codec, by at most a factor of two, never with a length that a record claims.
 */
final class InflatedBytes implements RecordBytes {
    private static final int BLOCK_BYTES = 16 * 1024;

    private final ByteBuffer compressed;
    private final InputStream inflater;
    private final long maxBytes;
    private long leftBytes;
    private byte[] block = new byte[0];
    /** A read-only view of the block; its limit is where the filled part ends. */
    private ByteBuffer unread = ByteBuffer.wrap(block);

    private boolean ended;

    InflatedBytes(Compression compression, ByteBuffer compressed, long maxBytes) {
        this.compressed = compressed;
        this.inflater = compression.inflate(compressed, maxBytes);
        this.maxBytes = maxBytes;
        this.leftBytes = maxBytes;
    }

    @Override
    public ByteBuffer peek(int bytes) {
        while (unread.remaining() < bytes && !ended) {
            if (unread.limit() == block.length) {
                moveToNewBlock();
            }
            fill();
        }
        return unread;
    }

    private void moveToNewBlock() {
        int kept = unread.remaining();
        byte[] next = new byte[Math.max(BLOCK_BYTES, 2 * kept)];
        unread.get(next, 0, kept);
        block = next;
        unread = ByteBuffer.wrap(next).asReadOnlyBuffer().limit(kept);
    }

    private void fill() {
        int filled = unread.limit();
        // One byte more than allowed, to tell a batch that ends at the cap from one that goes on.
        int room = block.length - filled;
        int wanted = leftBytes < room ? (int) leftBytes + 1 : room;
        int count = read(filled, wanted);
        if (count < 0) {
            requireEnd();
            ended = true;
            return;
        }
        if (count > leftBytes) {
            throw CorruptBatchException.inflatesBeyond(maxBytes);
        }
        leftBytes -= count;
        unread.limit(filled + count);
    }

    private void requireEnd() {
        if (compressed.hasRemaining()) {
            throw CorruptBatchException.malformed(compressed.remaining() + " bytes after the compressed records");
        }
    }

    private int read(int start, int wanted) {
        try {
            return inflater.read(block, start, wanted);
        } catch (IOException e) {
            throw new CorruptBatchException(
                    new BatchDefect(BatchDefect.Kind.MALFORMED, "the compressed records cannot be inflated"), e);
        }
    }

    @Override
    public void close() {
        try {
            inflater.close();
        } catch (IOException e) {
            // It reads from memory and closes native memory; neither does IO.
            throw new IllegalStateException("an in-memory stream failed to close", e);
        }
    }
}
