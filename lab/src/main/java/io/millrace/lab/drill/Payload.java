package io.millrace.lab.drill;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The value of a record: run, partition, number, and zeros up to the size wanted.
 *
 * @param run tells the records of one drill from those of another
 * @param sizeInBytes at least {@link #MIN_BYTES}
 */
public record Payload(long run, int sizeInBytes) {
    public static final int MIN_BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

    public Payload {
        if (sizeInBytes < MIN_BYTES) {
            throw new IllegalArgumentException("a record takes at least " + MIN_BYTES + " bytes, not " + sizeInBytes);
        }
    }

    /** From position to limit. */
    public ByteBuffer encode(int partition, long number) {
        return ByteBuffer.allocate(sizeInBytes)
                .putLong(run)
                .putInt(partition)
                .putLong(number)
                .rewind();
    }

    /** The record's number; empty where it is not one of this run and partition, byte for byte. */
    public OptionalLong parse(int partition, @Nullable ByteBuffer value) {
        if (value == null || value.remaining() != sizeInBytes) {
            return OptionalLong.empty();
        }
        long number = value.getLong(value.position() + Long.BYTES + Integer.BYTES);
        return encode(partition, number).equals(value) ? OptionalLong.of(number) : OptionalLong.empty();
    }
}
