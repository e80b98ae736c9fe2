package io.millrace.record;

import java.nio.ByteBuffer;

/**
 * Signed numbers in as few bytes as they need: zigzag (0, -1, 1, -2, ...), then seven bits a byte, lowest first, the
 * highest bit of each byte saying that another one follows.
 */
public final class Varint {
    /** The most that an int takes. */
    public static final int MAX_INT_BYTES = 5;
    /** The most that a long takes. */
    public static final int MAX_LONG_BYTES = 10;

    private static final int FOLLOWS = 0x80;
    private static final int BITS = 0x7f;

    private Varint() {}

    /**
     * Reads at the position and moves it.
     *
     * @throws CorruptBatchException if the buffer ends within the number, or the number does not fit an int
     */
    public static int readInt(ByteBuffer from) {
        long raw = readRaw(from, MAX_INT_BYTES);
        if (raw >>> Integer.SIZE != 0) {
            throw CorruptBatchException.malformed("a varint does not fit 32 bits");
        }
        return (int) (raw >>> 1) ^ -(int) (raw & 1);
    }

    /**
     * Reads at the position and moves it.
     *
     * @throws CorruptBatchException if the buffer ends within the number, or the number does not fit a long
     */
    public static long readLong(ByteBuffer from) {
        long raw = readRaw(from, MAX_LONG_BYTES);
        return (raw >>> 1) ^ -(raw & 1);
    }

    private static long readRaw(ByteBuffer from, int maxBytes) {
        long raw = 0;
        for (int i = 0; i < maxBytes; i++) {
            if (!from.hasRemaining()) {
                throw CorruptBatchException.malformed("the bytes end within a varint");
            }
            byte next = from.get();
            // The tenth byte has room for the 64th bit alone.
            if (i == MAX_LONG_BYTES - 1 && (next & BITS) > 1) {
                throw CorruptBatchException.malformed("a varint does not fit 64 bits");
            }
            raw |= (long) (next & BITS) << (7 * i);
            if ((next & FOLLOWS) == 0) {
                return raw;
            }
        }
        throw CorruptBatchException.malformed("a varint of more than " + maxBytes + " bytes");
    }

    /** Writes at the position and moves it. */
    public static void writeInt(int value, ByteBuffer to) {
        // An int and the long of the same value have the same encoding.
        writeLong(value, to);
    }

    /** Writes at the position and moves it. */
    public static void writeLong(long value, ByteBuffer to) {
        long raw = zigzag(value);
        while ((raw & ~BITS) != 0) {
            to.put((byte) ((raw & BITS) | FOLLOWS));
            raw >>>= 7;
        }
        to.put((byte) raw);
    }

    /** How many bytes the value takes, whether it is written as an int or as a long. */
    public static int sizeInBytes(long value) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(zigzag(value) | 1);
        return (bits + 6) / 7;
    }

    private static long zigzag(long value) {
        return (value << 1) ^ (value >> (Long.SIZE - 1));
    }
}
