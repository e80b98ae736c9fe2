package io.millrace.broker.core.partition;

/**
 * Remembers when the leader's log end passed which offset, so that a follower's lag is a time: a follower is caught up at
 * the latest t for which its end had reached the leader's end at t. A pipelined follower under steady load is always
 * some records behind and yet never late (N3).
 *
 * <p>A ring of samples, each the last append of a slot of time; so a lag is judged too short by at most one slot
 * ({@code lagMax / 16}), never too long.
 */
final class LagClock {

    private static final int SLOTS = 64;
    private static final int SLOTS_PER_LAG = 16;

    private final long slotNs;
    private final long[] endOffsets = new long[SLOTS];
    private final long[] timesNs = new long[SLOTS];
    private final long startNs;
    private int newest = -1;
    private int size;

    LagClock(long lagMaxNs, long startNs) {
        this.slotNs = Math.max(1, lagMaxNs / SLOTS_PER_LAG);
        this.startNs = startNs;
    }

    /** The leader's log end is {@code endOffset} since {@code nowNs}. */
    void onAppended(long endOffset, long nowNs) {
        boolean sameSlot = size > 0 && nowNs - startNs < slotEnd(newest);
        if (!sameSlot) {
            newest = (newest + 1) % SLOTS;
            size = Math.min(SLOTS, size + 1);
        }
        endOffsets[newest] = endOffset;
        timesNs[newest] = nowNs;
    }

    /** When the leader's end passed {@code followerEnd}; {@code nowNs} where it has not. */
    long caughtUpUntil(long followerEnd, long nowNs) {
        long until = nowNs;
        for (int back = 0; back < size; back++) {
            int slot = (newest - back + SLOTS) % SLOTS;
            if (endOffsets[slot] <= followerEnd) {
                return until;
            }
            until = timesNs[slot];
        }
        return until;
    }

    private long slotEnd(int slot) {
        return ((timesNs[slot] - startNs) / slotNs + 1) * slotNs;
    }
}
