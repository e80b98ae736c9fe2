package io.millrace.client;

import io.millrace.record.Header;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record to be sent.
 *
 * @param partition {@link #ANY_PARTITION} leaves the choice to the producer: by the key where there is one, and else so
 *     that whole batches are filled
 * @param timestampMs milliseconds since the epoch; {@link #NOW} for the time at which it is sent
 * @param key its bytes from position to limit; copied when it is sent, and no position is moved. The same for the value
 *     and the headers'
 */
public record ProducerRecord(
        String topic,
        int partition,
        long timestampMs,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<Header> headers) {
    public static final int ANY_PARTITION = -1;
    public static final long NOW = -1;

    public ProducerRecord {
        if (topic.isEmpty() || partition < ANY_PARTITION || timestampMs < NOW) {
            throw new IllegalArgumentException(
                    "topic '" + topic + "', partition " + partition + ", timestamp " + timestampMs + " ms");
        }
    }

    /** Without a key. */
    public static ProducerRecord of(String topic, byte @Nullable [] value) {
        return of(topic, null, value);
    }

    public static ProducerRecord of(String topic, byte @Nullable [] key, byte @Nullable [] value) {
        return new ProducerRecord(topic, ANY_PARTITION, NOW, wrapped(key), wrapped(value), List.of());
    }

    public ProducerRecord withPartition(int newPartition) {
        return new ProducerRecord(topic, newPartition, timestampMs, key, value, headers);
    }

    public ProducerRecord withTimestampMs(long newTimestampMs) {
        return new ProducerRecord(topic, partition, newTimestampMs, key, value, headers);
    }

    public ProducerRecord withHeaders(List<Header> newHeaders) {
        return new ProducerRecord(topic, partition, timestampMs, key, value, newHeaders);
    }

    private static @Nullable ByteBuffer wrapped(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
