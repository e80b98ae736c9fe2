package io.millrace.broker.replication;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicPartition;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What clients ask of the partitions that this broker leads. Every method may be called from any thread and returns at
 * once; each reply comes exactly once, on a thread of the broker's, and must return at once. A partition that this
 * broker does not lead is refused with NOT_LEADER or LEADER_NOT_AVAILABLE and a hint.
 */
public interface PartitionServer {

    /**
     * Appends one batch.
     *
     * @param batch one encoded record batch that has passed {@code BatchValidator}; writable, and given away: the caller
     *     touches it no more
     * @param commitTimeoutNs how long acks ALL waits before it is refused with COMMIT_TIMEOUT
     */
    void produce(
            TopicPartition partition,
            ByteBuffer batch,
            Acks acks,
            long commitTimeoutNs,
            Consumer<Outcome<Appended>> reply);

    /**
     * Reads committed batches from {@code offset} on, waiting up to {@code maxWaitNs} for the first {@code minBytes}.
     *
     * @param maxBytes upper bound, except that one batch always comes whole
     * @return a handle to give up waiting: the reply then comes at once, with what there is
     */
    Waiting fetch(
            TopicPartition partition,
            long offset,
            int minBytes,
            int maxBytes,
            long maxWaitNs,
            Consumer<Outcome<Fetched>> reply);

    /** Finds an offset. */
    void offsetFor(TopicPartition partition, Position position, Consumer<Outcome<FoundOffset>> reply);

    /** What can be read at present; empty where this broker does not lead the partition. */
    Optional<Bounds> bounds(TopicPartition partition);

    /** The end of this broker's replica, committed or not, whoever leads; empty where it has none. */
    OptionalLong localEnd(TopicPartition partition);

    /**
     * From where to where there are readable records.
     *
     * @param logStartOffset inclusive
     * @param highWatermark exclusive; -1 while a new leader has not proven its own
     */
    record Bounds(long logStartOffset, long highWatermark) {}

    /** A call that waits. */
    interface Waiting {
        void giveUp();
    }

    /**
     * Whole batches below the high watermark; the first may begin below the offset asked for.
     *
     * @param batches read-only
     * @param nextOffset the offset behind the last batch, or the one asked for where there is none
     */
    record Fetched(ByteBuffer batches, long nextOffset, long highWatermark, long logStartOffset, int leaderEpoch) {}

    /**
     * Which offset is wanted.
     *
     * @param value milliseconds for TIMESTAMP, an offset for OFFSET, else -1
     */
    record Position(Kind kind, long value) {
        /** How a position is named. */
        public enum Kind {
            EARLIEST,
            LATEST,
            /** The first record of that timestamp or later. */
            TIMESTAMP,
            /** The first record that has this offset or a higher one. */
            OFFSET
        }

        public static final Position EARLIEST = new Position(Kind.EARLIEST, -1);
        public static final Position LATEST = new Position(Kind.LATEST, -1);

        public static Position ofTime(long timestampMs) {
            return new Position(Kind.TIMESTAMP, timestampMs);
        }

        public static Position ofOffset(long offset) {
            return new Position(Kind.OFFSET, offset);
        }
    }

    /**
     * What was found.
     *
     * @param offset -1 where there is no such record
     * @param timestampMs of the record at {@code offset} where a record was looked for, else -1
     * @param highWatermark exclusive; -1 while a new leader has not proven its own
     */
    record FoundOffset(long offset, long timestampMs, int leaderEpoch, long highWatermark) {}
}
