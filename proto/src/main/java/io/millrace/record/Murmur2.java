package io.millrace.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The partitioner {@code murmur2_v1}: the 32-bit MurmurHash2 of the key, seeded as Kafka's default partitioner does, so
 * that a key goes to the same partition whichever client sends it.
 */
public final class Murmur2 {
    private static final int SEED = 0x9747b28c;
    private static final int M = 0x5bd1e995;

    private Murmur2() {}

    /**
     * The partition of a key: its bytes from position to limit; the position is not moved.
     *
     * @param partitionCount 1 or more
     */
    public static int partitionOf(ByteBuffer key, int partitionCount) {
        return (hash(key) & Integer.MAX_VALUE) % partitionCount;
    }

    /** Of the bytes from position to limit; the position is not moved. */
    public static int hash(ByteBuffer key) {
        ByteBuffer bytes = key.slice().order(ByteOrder.LITTLE_ENDIAN);
        int h = SEED ^ bytes.remaining();
        while (bytes.remaining() >= Integer.BYTES) {
            int k = bytes.getInt() * M;
            h = h * M ^ (k ^ k >>> 24) * M;
        }
        if (bytes.hasRemaining()) {
            h = (h ^ tailOf(bytes)) * M;
        }
        h = (h ^ h >>> 13) * M;
        return h ^ h >>> 15;
    }

    /** The last one to three bytes as one little-endian number. */
    private static int tailOf(ByteBuffer bytes) {
        int tail = 0;
        for (int shift = 0; bytes.hasRemaining(); shift += Byte.SIZE) {
            tail |= Byte.toUnsignedInt(bytes.get()) << shift;
        }
        return tail;
    }
}
