package io.millrace.broker.core.partition;

/**
 * A batch of an idempotent producer, as it stands in a log.
 *
 * @param producerEpoch 0 or more; raised by the producer to fence what it sent before
 * @param baseSequence number of its first record among all that this producer sends to this partition in this epoch
 * @param baseOffset of its first record
 */
public record ProducedBatch(long producerId, short producerEpoch, int baseSequence, int recordCount, long baseOffset) {

    /** Of the last record, inclusive; sequences go on at 0 after 2^31 - 1. */
    public int lastSequence() {
        return plus(baseSequence, recordCount - 1);
    }

    /** Exclusive. */
    public long endOffset() {
        return baseOffset + recordCount;
    }

    /** What the producer has to send next. */
    int nextSequence() {
        return plus(baseSequence, recordCount);
    }

    /** Both are 0 or more, so the carry can reach no bit but the sign's. */
    private static int plus(int sequence, int count) {
        return (sequence + count) & Integer.MAX_VALUE;
    }
}
