package io.millrace.broker.core;

/**
 * The answer to a produce.
 *
 * @param stage how far the batch had come when this was answered
 * @param baseOffset offset of its first record, -1 where it is not appended yet
 * @param isrSize in-sync replicas at that moment
 * @param durable whether each replica that counts for {@code stage} had it on disk
 */
public record Appended(
        Stage stage,
        long baseOffset,
        int recordCount,
        int leaderEpoch,
        long appendTimeMs,
        int isrSize,
        boolean durable) {

    /** What became of the batch. */
    public enum Stage {
        /** Below the high watermark. */
        COMMITTED,
        /** In the leader's log. */
        APPENDED,
        /** Validated and on its way: what acks NONE is answered. */
        ACCEPTED
    }
}
