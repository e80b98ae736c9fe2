package io.millrace.client;

import io.millrace.proto.v1.Acks;
import io.millrace.record.Codec;
import java.util.List;

/**
 * How a {@link Producer} sends.
 *
 * @param bootstrap addresses {@code host:port}, at least one
 * @param acks ALL makes the producer idempotent: each record is stored once and in order, whatever fails on the way
 * @param batchMaxBytes of one batch before compression, and never more than the topic's {@code maxBatchBytes} (Kafka:
 *     {@code max.message.bytes}); a single larger record makes a batch of its own, which the topic has to take
 * @param lingerMs how long a batch that could go waits for more records. With 0 it goes at once where none of its
 *     partition is on its way; else it fills until that is answered, at most 5 ms
 * @param bufferBytes for all records that are taken and not acknowledged, as they are encoded. Buffers double as they
 *     grow, so the heap may hold twice that
 * @param maxBlockMs how long {@code send} may wait for room in the buffer, or for a topic that it does not know
 * @param deliveryTimeoutMs from {@code send} until a record fails that was not acknowledged
 */
public record ProducerConfig(
        List<String> bootstrap,
        Acks acks,
        Codec codec,
        int batchMaxBytes,
        long lingerMs,
        long bufferBytes,
        long maxBlockMs,
        long deliveryTimeoutMs) {
    /** Well below the 1 MiB that a topic allows, and large enough that the cost of a frame no longer shows. */
    public static final int DEFAULT_BATCH_MAX_BYTES = 256 << 10;

    public static final long DEFAULT_BUFFER_BYTES = 32L << 20;
    public static final long DEFAULT_MAX_BLOCK_MS = 60_000;
    public static final long DEFAULT_DELIVERY_TIMEOUT_MS = 120_000;

    public ProducerConfig {
        bootstrap = List.copyOf(bootstrap);
        if (bootstrap.isEmpty()) {
            throw new IllegalArgumentException("bootstrap names no address");
        }
        require(batchMaxBytes > 0, "batchMaxBytes", batchMaxBytes);
        require(lingerMs >= 0, "lingerMs", lingerMs);
        require(bufferBytes > 0, "bufferBytes", bufferBytes);
        require(maxBlockMs >= 0, "maxBlockMs", maxBlockMs);
        require(deliveryTimeoutMs > 0, "deliveryTimeoutMs", deliveryTimeoutMs);
    }

    private static void require(boolean isGood, String name, long value) {
        if (!isGood) {
            throw new IllegalArgumentException(name + " is too small: " + value);
        }
    }

    /** All defaults: acks ALL, no compression. From {@code "host:port,host:port"}. */
    public static ProducerConfig of(String bootstrap) {
        return new ProducerConfig(
                Bootstrap.parse(bootstrap),
                Acks.ACKS_ALL,
                Codec.NONE,
                DEFAULT_BATCH_MAX_BYTES,
                0,
                DEFAULT_BUFFER_BYTES,
                DEFAULT_MAX_BLOCK_MS,
                DEFAULT_DELIVERY_TIMEOUT_MS);
    }

    public ProducerConfig withAcks(Acks newAcks) {
        return new ProducerConfig(
                bootstrap, newAcks, codec, batchMaxBytes, lingerMs, bufferBytes, maxBlockMs, deliveryTimeoutMs);
    }

    public ProducerConfig withCodec(Codec newCodec) {
        return new ProducerConfig(
                bootstrap, acks, newCodec, batchMaxBytes, lingerMs, bufferBytes, maxBlockMs, deliveryTimeoutMs);
    }

    public ProducerConfig withBatchMaxBytes(int newBatchMaxBytes) {
        return new ProducerConfig(
                bootstrap, acks, codec, newBatchMaxBytes, lingerMs, bufferBytes, maxBlockMs, deliveryTimeoutMs);
    }

    public ProducerConfig withLingerMs(long newLingerMs) {
        return new ProducerConfig(
                bootstrap, acks, codec, batchMaxBytes, newLingerMs, bufferBytes, maxBlockMs, deliveryTimeoutMs);
    }

    public ProducerConfig withBufferBytes(long newBufferBytes) {
        return new ProducerConfig(
                bootstrap, acks, codec, batchMaxBytes, lingerMs, newBufferBytes, maxBlockMs, deliveryTimeoutMs);
    }

    public ProducerConfig withMaxBlockMs(long newMaxBlockMs) {
        return new ProducerConfig(
                bootstrap, acks, codec, batchMaxBytes, lingerMs, bufferBytes, newMaxBlockMs, deliveryTimeoutMs);
    }

    public ProducerConfig withDeliveryTimeoutMs(long newDeliveryTimeoutMs) {
        return new ProducerConfig(
                bootstrap, acks, codec, batchMaxBytes, lingerMs, bufferBytes, maxBlockMs, newDeliveryTimeoutMs);
    }

    boolean isIdempotent() {
        return acks == Acks.ACKS_ALL || acks == Acks.ACKS_UNSPECIFIED;
    }
}
