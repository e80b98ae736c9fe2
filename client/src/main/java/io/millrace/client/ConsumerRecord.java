package io.millrace.client;

import io.millrace.record.Header;
import io.millrace.record.Record;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as it was read, and where. Its buffers are read-only views, which keep the batch that it came in in memory.
 *
 * @param leaderEpoch in which its batch was appended
 */
public record ConsumerRecord(TopicPartition topicPartition, int leaderEpoch, Record record) {
    public String topic() {
        return topicPartition.topic();
    }

    public int partition() {
        return topicPartition.partition();
    }

    public long offset() {
        return record.offset();
    }

    /** Milliseconds since the epoch. */
    public long timestampMs() {
        return record.timestampMs();
    }

    /** A view with its own position, made anew by each call; null is not the same as empty. */
    public @Nullable ByteBuffer key() {
        return record.key();
    }

    /** A view with its own position, made anew by each call; null is not the same as empty. */
    public @Nullable ByteBuffer value() {
        return record.value();
    }

    public List<Header> headers() {
        return record.headers();
    }

    /** Where it is and how large: what it holds may be megabytes, or nothing that a log should show. */
    @Override
    public String toString() {
        return topicPartition + "@" + offset() + " (key " + size(key()) + ", value " + size(value()) + ")";
    }

    private static String size(@Nullable ByteBuffer bytes) {
        return bytes == null ? "null" : bytes.remaining() + " B";
    }
}
