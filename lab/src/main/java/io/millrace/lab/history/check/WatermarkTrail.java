package io.millrace.lab.history.check;

import io.millrace.lab.history.Places;

/** The highest high watermarks that were told, and when. Only the newest ones are kept. */
final class WatermarkTrail {

    private static final Mark NOTHING = new Mark(0, -1, -1, Places.NONE);
    private static final int KEPT = 1 << 10;

    private final Mark[] marks = new Mark[KEPT];
    private long count;

    /**
     * What was known at a time.
     *
     * @param leaderEpoch the newest one that had told anything
     * @param highWatermark the highest that was told
     */
    record Mark(long monoNs, int leaderEpoch, long highWatermark, long place) {}

    void add(long monoNs, int leaderEpoch, long highWatermark, long place) {
        Mark newest = newest();
        if (leaderEpoch > newest.leaderEpoch() || highWatermark > newest.highWatermark()) {
            boolean isHigher = highWatermark > newest.highWatermark();
            marks[(int) (count++ % KEPT)] = new Mark(
                    monoNs,
                    Math.max(leaderEpoch, newest.leaderEpoch()),
                    Math.max(highWatermark, newest.highWatermark()),
                    isHigher ? place : newest.place());
        }
    }

    private Mark newest() {
        return count == 0 ? NOTHING : marks[(int) ((count - 1) % KEPT)];
    }

    /** What had been told by then; nothing where that was too long ago. */
    Mark before(long monoNs) {
        for (long i = count - 1; i >= Math.max(0, count - KEPT); i--) {
            Mark mark = marks[(int) (i % KEPT)];
            if (mark.monoNs() < monoNs) {
                return mark;
            }
        }
        return NOTHING;
    }
}
