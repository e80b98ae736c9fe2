package io.millrace.broker.core;

/**
 * When a log closes its segment and begins another.
 *
 * @param segmentBytes what a segment may grow to, unless its first batch alone is larger
 */
public record RollPolicy(long segmentBytes) {

    /** Whether {@code batchBytes} more must go into a new segment, where {@code usedBytes} are in this one. */
    public boolean mustRoll(long usedBytes, int batchBytes) {
        return usedBytes > 0 && usedBytes + batchBytes > segmentBytes;
    }
}
