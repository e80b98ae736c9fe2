package io.millrace.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameInputStream;

/**
 * The lz4 codec: one lz4 frame. Written as Kafka's Java client does: independent blocks of up to 64 KiB, no checksums,
 * no content size. Frames with checksums, a content size or larger blocks are read too; blocks that depend on the ones
 * before are refused, as Kafka does.
 */
final class Lz4 implements Compression {
    private static final int MAGIC = 0x184d2204;
    private static final byte VERSION_1 = 0x40;
    private static final byte INDEPENDENT_BLOCKS = 0x20;
    private static final byte BLOCKS_OF_64_KIB = 0x40;
    /** Of the two bytes above, by the format's hash; constant as they are. */
    private static final byte DESCRIPTOR_CHECKSUM = (byte) 0x82;

    private static final int HEADER_BYTES = 7;
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int NOT_COMPRESSED = 1 << 31;
    private static final int END = 0;

    private static final LZ4Compressor COMPRESSOR = LZ4Factory.fastestInstance().fastCompressor();

    @Override
    public InputStream inflate(ByteBuffer compressed, long maxInflatedBytes) {
        requireReadableFrame(compressed.slice().order(ByteOrder.LITTLE_ENDIAN));
        try {
            return new LZ4FrameInputStream(new BufferInputStream(compressed), true);
        } catch (IOException e) {
            // Opening reads nothing of the data.
            throw new IllegalStateException("lz4 refuses to start", e);
        }
    }

    private static void requireReadableFrame(ByteBuffer frame) {
        // The library would skip frames of other kinds; no Kafka client does.
        if (frame.remaining() < HEADER_BYTES || frame.getInt() != MAGIC) {
            throw CorruptBatchException.malformed("the compressed records are no lz4 frame");
        }
        if ((frame.get() & INDEPENDENT_BLOCKS) == 0) {
            throw new CorruptBatchException(new BatchDefect(
                    BatchDefect.Kind.UNSUPPORTED_CODEC, "lz4 blocks that depend on the ones before cannot be read"));
        }
    }

    @Override
    public long maxCompressedBytes(int bytes) {
        long blocks = bytes / BLOCK_BYTES + 1L;
        return HEADER_BYTES + blocks * Integer.BYTES + bytes + Integer.BYTES;
    }

    /** Not by the library's stream, which would allocate 128 KiB for each batch, however small. */
    @Override
    public void compress(ByteBuffer source, GrowingBuffer target) {
        int slackBytes = COMPRESSOR.maxCompressedLength(BLOCK_BYTES) - BLOCK_BYTES;
        target.reserve(Math.toIntExact(maxCompressedBytes(source.remaining()) + slackBytes));
        putInt(MAGIC, target)
                .put((byte) (VERSION_1 | INDEPENDENT_BLOCKS))
                .put(BLOCKS_OF_64_KIB)
                .put(DESCRIPTOR_CHECKSUM);
        int end = source.limit();
        for (int start = source.position(); start < end; start += BLOCK_BYTES) {
            compressBlock(source.slice(start, Math.min(BLOCK_BYTES, end - start)), target);
        }
        putInt(END, target);
    }

    private static void compressBlock(ByteBuffer block, GrowingBuffer target) {
        int bytes = block.remaining();
        ByteBuffer room = target.reserve(Integer.BYTES + COMPRESSOR.maxCompressedLength(bytes));
        int start = room.position() + Integer.BYTES;
        int count = COMPRESSOR.compress(
                block.array(), block.arrayOffset(), bytes, room.array(), room.arrayOffset() + start);
        if (count < bytes) {
            putInt(count, target).position(start + count);
        } else {
            putInt(bytes | NOT_COMPRESSED, target).put(block);
        }
    }

    private static ByteBuffer putInt(int value, GrowingBuffer target) {
        return target.reserve(Integer.BYTES).putInt(Integer.reverseBytes(value));
    }
}
