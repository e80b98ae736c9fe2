package io.millrace.client;

/**
 * How far a group is in one partition.
 *
 * @param offset the next one to read, inclusive: one more than that of the last record that was processed; 0 or more
 * @param leaderEpoch of that last record, -1 where not known
 * @param metadata free text of at most 512 bytes in UTF-8, stored beside the offset
 */
public record CommitPosition(long offset, int leaderEpoch, String metadata) {
    public CommitPosition {
        if (offset < 0 || leaderEpoch < -1) {
            throw new IllegalArgumentException("no position: offset " + offset + ", leader epoch " + leaderEpoch);
        }
    }

    public static CommitPosition of(long offset) {
        return new CommitPosition(offset, -1, "");
    }

    /** Behind this record. */
    public static CommitPosition after(ConsumerRecord record) {
        return new CommitPosition(record.offset() + 1, record.leaderEpoch(), "");
    }

    public CommitPosition withMetadata(String newMetadata) {
        return new CommitPosition(offset, leaderEpoch, newMetadata);
    }
}
