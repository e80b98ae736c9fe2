package io.millrace.broker.log;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.Safeguards;

/**
 * How one partition's log is kept.
 *
 * @param segmentBytes a segment is closed rather than grown beyond this; a single larger batch gets one of its own
 * @param indexIntervalBytes log bytes for which the index has one entry
 * @param maxBatchBytes the largest batch that a leader may append
 * @param durability what {@link GroupCommit} waits for
 * @param safeguards all of them, but in tests
 */
public record LogConfig(
        long segmentBytes, int indexIntervalBytes, int maxBatchBytes, Durability durability, Safeguards safeguards) {

    /** No batch is larger, whatever the configuration: what a reader may allocate on the word of a damaged file. */
    public static final int MAX_BATCH_BYTES = 64 << 20;

    /** So that a position in a segment, a last batch included, is an int. */
    public static final long MAX_SEGMENT_BYTES = Integer.MAX_VALUE - (long) MAX_BATCH_BYTES;

    public static final int DEFAULT_INDEX_INTERVAL_BYTES = 4096;

    public LogConfig {
        requireWithin("segmentBytes", segmentBytes, MAX_SEGMENT_BYTES);
        requireWithin("indexIntervalBytes", indexIntervalBytes, MAX_SEGMENT_BYTES);
        requireWithin("maxBatchBytes", maxBatchBytes, MAX_BATCH_BYTES);
    }

    /** With all safeguards. */
    public LogConfig(long segmentBytes, int indexIntervalBytes, int maxBatchBytes, Durability durability) {
        this(segmentBytes, indexIntervalBytes, maxBatchBytes, durability, Safeguards.ALL);
    }

    private static void requireWithin(String name, long value, long max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", not within 1 and " + max);
        }
    }
}
