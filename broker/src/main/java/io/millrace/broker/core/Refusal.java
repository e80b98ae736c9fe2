package io.millrace.broker.core;

import org.jspecify.annotations.Nullable;

/**
 * A "no" that the caller can act on.
 *
 * @param definite true where nothing was changed and nothing will be; false where it may have been, or may yet be
 * @param message for people; says what and, where it helps, what to do
 * @param leader who leads as far as this broker knows, with NOT_LEADER; who refuses, with refusals of a sequence; who
 *     coordinates, with NOT_GROUP_COORDINATOR
 * @param offsets what the log holds, with OFFSET_OUT_OF_RANGE
 * @param appendedOffset where the batch begins, with COMMIT_TIMEOUT; -1 otherwise
 */
public record Refusal(
        ErrorReason reason,
        boolean definite,
        String message,
        @Nullable LeaderHint leader,
        @Nullable OffsetRange offsets,
        long appendedOffset) {

    /** Who leads: -1 where nobody does. */
    public record LeaderHint(int brokerId, int leaderEpoch) {}

    /** Readable offsets: start inclusive, end exclusive. */
    public record OffsetRange(long start, long end) {}

    public static Refusal definite(ErrorReason reason, String message) {
        return new Refusal(reason, true, message, null, null, -1);
    }

    public static Refusal indeterminate(ErrorReason reason, String message) {
        return new Refusal(reason, false, message, null, null, -1);
    }

    /** The same, said by this leader: it may have been deposed and not know it, and then the refusal means nothing. */
    public Refusal by(int leader, int leaderEpoch) {
        return new Refusal(reason, definite, message, new LeaderHint(leader, leaderEpoch), offsets, appendedOffset);
    }

    public static Refusal notLeader(TopicPartition partition, int leader, int leaderEpoch) {
        return new Refusal(
                leader == PartitionState.NO_LEADER ? ErrorReason.LEADER_NOT_AVAILABLE : ErrorReason.NOT_LEADER,
                true,
                leader == PartitionState.NO_LEADER
                        ? "Partition " + partition + " has no leader at present"
                        : "Partition " + partition + " is led by broker " + leader,
                new LeaderHint(leader, leaderEpoch),
                null,
                -1);
    }

    public static Refusal outOfRange(long offset, long start, long end) {
        return new Refusal(
                ErrorReason.OFFSET_OUT_OF_RANGE,
                true,
                "Offset " + offset + " is outside of what can be read, " + start + " to " + end + " (exclusive)",
                null,
                new OffsetRange(start, end),
                -1);
    }

    /** An offset to commit that no record can have been read at. */
    public static Refusal beyondEnd(String topic, int partition, long offset, long end) {
        return new Refusal(
                ErrorReason.OFFSET_OUT_OF_RANGE,
                true,
                "Offset " + offset + " is beyond the end of " + topic + "-" + partition + ", which is " + end,
                null,
                new OffsetRange(0, end),
                -1);
    }

    public static Refusal commitTimeout(long appendedOffset) {
        return new Refusal(
                ErrorReason.COMMIT_TIMEOUT,
                false,
                "Appended at offset " + appendedOffset + ", not committed within the time allowed; it may yet be",
                null,
                null,
                appendedOffset);
    }
}
