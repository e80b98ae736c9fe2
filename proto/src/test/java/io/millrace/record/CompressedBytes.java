package io.millrace.record;

import java.nio.ByteBuffer;

/** The codecs below the batch: bytes to bytes, with no checksum around them. */
final class CompressedBytes {
    private CompressedBytes() {}

    static byte[] of(Codec codec, byte[] bytes) {
        GrowingBuffer target = new GrowingBuffer();
        Compression.of(codec).compress(ByteBuffer.wrap(bytes), target);
        return CraftedBatch.bytesOf(target.written());
    }

    /** All that comes out, up to the cap; throws CorruptBatchException where the bytes are not sound up to their end. */
    static byte[] inflate(Codec codec, byte[] compressed, long maxInflatedBytes) {
        ByteBuffer source = ByteBuffer.wrap(compressed).asReadOnlyBuffer();
        try (RecordBytes inflated = new InflatedBytes(Compression.of(codec), source, maxInflatedBytes)) {
            return CraftedBatch.bytesOf(inflated.peek(1 << 30));
        }
    }
}
