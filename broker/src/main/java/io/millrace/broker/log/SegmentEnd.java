package io.millrace.broker.log;

/**
 * Where a segment ends, and what has to be known to go on from there.
 *
 * @param offset exclusive
 * @param bytes of the file
 * @param maxTimestampMs the largest of its batches', {@link #NO_TIMESTAMP} where there is none
 */
record SegmentEnd(long offset, int bytes, long maxTimestampMs) {
    static final long NO_TIMESTAMP = -1;

    /** Of a segment without batches. */
    static SegmentEnd empty(long baseOffset) {
        return new SegmentEnd(baseOffset, 0, NO_TIMESTAMP);
    }

    SegmentEnd plus(long nextOffset, int batchBytes, long batchMaxTimestampMs) {
        return new SegmentEnd(nextOffset, bytes + batchBytes, Math.max(maxTimestampMs, batchMaxTimestampMs));
    }
}
