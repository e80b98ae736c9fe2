package io.millrace.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * The snappy codec. Written as Kafka's Java client does, in the framing of snappy-java: 16 bytes of header, then blocks
 * of up to 32 KiB of records, each with its compressed length (int32, big endian) before it. Other clients write one
 * bare block instead, and that is read too.
 *
 * <p>The framing is done here and not by snappy-java's streams, because those allocate what a length claims before they
 * have seen the bytes of it, and take one to three bytes at the end for nothing.
 */
final class Snappy implements Compression {
    /** What the framing begins with. */
    static final long MAGIC = 0x82_53_4e_41_50_50_59_00L;

    static final int HEADER_BYTES = 16;
    /** In the header twice: the version that wrote, and the oldest one that can read. */
    static final int VERSION = 1;

    private static final int BLOCK_BYTES = 32 << 10;

    @Override
    public InputStream inflate(ByteBuffer compressed, long maxInflatedBytes) {
        return new SnappyStream(compressed, maxInflatedBytes);
    }

    @Override
    public long maxCompressedBytes(int bytes) {
        long wholeBlocks = (long) (bytes / BLOCK_BYTES) * maxFramedBytes(BLOCK_BYTES);
        return HEADER_BYTES + wholeBlocks + maxFramedBytes(bytes % BLOCK_BYTES);
    }

    @Override
    public void compress(ByteBuffer source, GrowingBuffer target) {
        target.reserve(Math.toIntExact(maxCompressedBytes(source.remaining())))
                .putLong(MAGIC)
                .putInt(VERSION)
                .putInt(VERSION);
        int end = source.limit();
        for (int start = source.position(); start < end; start += BLOCK_BYTES) {
            int bytes = Math.min(BLOCK_BYTES, end - start);
            compressBlock(source.slice(start, bytes), target.reserve(maxFramedBytes(bytes)));
        }
    }

    private static void compressBlock(ByteBuffer block, ByteBuffer target) {
        int lengthAt = target.position();
        int start = lengthAt + Integer.BYTES;
        int count = compressBlock(block, target.array(), target.arrayOffset() + start);
        target.putInt(count).position(start + count);
    }

    private static int compressBlock(ByteBuffer block, byte[] target, int start) {
        try {
            return org.xerial.snappy.Snappy.compress(
                    block.array(), block.arrayOffset() + block.position(), block.remaining(), target, start);
        } catch (IOException e) {
            throw new UncheckedIOException("snappy refuses bytes in memory", e);
        }
    }

    /** As the library asks for: it may write beyond what comes out. */
    private static int maxFramedBytes(int blockBytes) {
        return Integer.BYTES + 32 + blockBytes + blockBytes / 6;
    }
}
