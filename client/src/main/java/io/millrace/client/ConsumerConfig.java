package io.millrace.client;

import java.util.List;

/**
 * How a {@link Consumer} reads.
 *
 * @param bootstrap addresses {@code host:port}, at least one
 * @param bufferBytes of records that brokers may send ahead of {@code poll}, of all partitions together. What a broker
 *     sends last may exceed its partition's share, by less than one batch
 * @param timeoutMs how long {@code position}, {@code committed} and commits wait for their answer, retries included.
 *     {@code poll} goes by its own argument
 */
public record ConsumerConfig(List<String> bootstrap, long bufferBytes, OutOfRangePolicy onOutOfRange, long timeoutMs) {
    public static final long DEFAULT_BUFFER_BYTES = 32L << 20;
    public static final long DEFAULT_TIMEOUT_MS = 30_000;

    public ConsumerConfig {
        bootstrap = List.copyOf(bootstrap);
        if (bootstrap.isEmpty() || bufferBytes < 1 || timeoutMs < 1) {
            throw new IllegalArgumentException(
                    "need an address, a buffer and a timeout: " + bootstrap + ", " + bufferBytes + ", " + timeoutMs);
        }
    }

    /** From {@code "host:port,host:port"}. */
    public static ConsumerConfig of(String bootstrap) {
        return new ConsumerConfig(
                Bootstrap.parse(bootstrap), DEFAULT_BUFFER_BYTES, OutOfRangePolicy.FAIL, DEFAULT_TIMEOUT_MS);
    }

    public ConsumerConfig withBufferBytes(long newBufferBytes) {
        return new ConsumerConfig(bootstrap, newBufferBytes, onOutOfRange, timeoutMs);
    }

    public ConsumerConfig withOnOutOfRange(OutOfRangePolicy newOnOutOfRange) {
        return new ConsumerConfig(bootstrap, bufferBytes, newOnOutOfRange, timeoutMs);
    }

    public ConsumerConfig withTimeoutMs(long newTimeoutMs) {
        return new ConsumerConfig(bootstrap, bufferBytes, onOutOfRange, newTimeoutMs);
    }
}
