package io.millrace.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Inflates snappy block by block, in the framing that {@link Snappy} writes or as one bare block. */
final class SnappyStream extends InputStream {
    /**
     * No element of the format makes more than 64 bytes of less than 3; a block that claims to inflate further lies, and
     * nothing is allocated for it.
     */
    private static final int MAX_EXPANSION = 22;

    private final ByteBuffer compressed;
    private final long maxInflatedBytes;
    private long leftBytes;
    private byte[] packed = new byte[0];
    private byte[] block = new byte[0];
    private ByteBuffer unread = ByteBuffer.wrap(block);
    private boolean started;

    SnappyStream(ByteBuffer compressed, long maxInflatedBytes) {
        this.compressed = compressed;
        this.maxInflatedBytes = maxInflatedBytes;
        this.leftBytes = maxInflatedBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
        if (!started) {
            started = true;
            start();
        }
        while (!unread.hasRemaining()) {
            if (!compressed.hasRemaining()) {
                return -1;
            }
            inflateBlock(nextBlockBytes());
        }
        int count = Math.min(length, unread.remaining());
        unread.get(target, start, count);
        return count;
    }

    private void start() throws IOException {
        boolean isFramed = compressed.remaining() >= Snappy.HEADER_BYTES
                && compressed.getLong(compressed.position()) == Snappy.MAGIC;
        if (!isFramed) {
            inflateBlock(compressed.remaining());
            return;
        }
        // The oldest version that can read it is not looked at: some write it in the other byte order.
        if (compressed.getInt(compressed.position() + Long.BYTES) < Snappy.VERSION) {
            throw new IOException("an unknown version of the snappy framing");
        }
        compressed.position(compressed.position() + Snappy.HEADER_BYTES);
    }

    private int nextBlockBytes() throws IOException {
        if (compressed.remaining() < Integer.BYTES) {
            throw new IOException("a block length that breaks off");
        }
        int bytes = compressed.getInt();
        if (bytes < 0 || bytes > compressed.remaining()) {
            throw new IOException("a block of " + bytes + " bytes where " + compressed.remaining() + " are left");
        }
        return bytes;
    }

    private void inflateBlock(int bytes) throws IOException {
        if (packed.length < bytes) {
            packed = new byte[bytes];
        }
        compressed.get(packed, 0, bytes);
        int claimedBytes = claimedBytes(bytes);
        if (block.length < claimedBytes) {
            block = new byte[claimedBytes];
        }
        int count = org.xerial.snappy.Snappy.uncompress(packed, 0, bytes, block, 0);
        leftBytes -= count;
        unread = ByteBuffer.wrap(block, 0, count);
    }

    private int claimedBytes(int bytes) throws IOException {
        int claimed = org.xerial.snappy.Snappy.uncompressedLength(packed, 0, bytes);
        if (claimed < 0 || claimed > (long) bytes * MAX_EXPANSION) {
            throw new IOException("a block of " + bytes + " bytes that claims to hold " + claimed);
        }
        if (claimed > leftBytes) {
            throw CorruptBatchException.inflatesBeyond(maxInflatedBytes);
        }
        return claimed;
    }
}
