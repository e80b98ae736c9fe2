package io.millrace.broker.log;

import java.util.ArrayList;
import java.util.List;

/**
 * What a reader sees of a log; published by the appender as a whole. Batches below {@link #endOffset} never change while
 * the generation stays the same.
 *
 * @param segments by base offset, at least one; the last is appended to
 * @param activeEnd of the last segment, and so of the log
 * @param epochs of the batches; its own log end means nothing here
 * @param generation counts the cuts: raised <em>before</em> a cut touches a file, so a reader that finds the same one
 *     after its read as before has read nothing that was cut meanwhile
 */
record LogView(List<Segment> segments, SegmentEnd activeEnd, EpochHistory epochs, int generation) {

    /** Of a log that has nothing but its first segment's name. */
    static LogView empty(Segment only) {
        return new LogView(List.of(only), SegmentEnd.empty(only.baseOffset()), EpochHistory.empty(), 0);
    }

    long startOffset() {
        return segments.get(0).baseOffset();
    }

    long endOffset() {
        return activeEnd.offset();
    }

    Segment active() {
        return segments.get(segments.size() - 1);
    }

    boolean isActive(int segment) {
        return segment == segments.size() - 1;
    }

    /** Exclusive end of a segment by its number. */
    long endOffsetOf(int segment) {
        return isActive(segment) ? endOffset() : segments.get(segment + 1).baseOffset();
    }

    /** Number of the segment that holds {@code offset}, which is not below the start. */
    int segmentOf(long offset) {
        int low = 0;
        int high = segments.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments.get(middle).baseOffset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    LogView withEnd(SegmentEnd end, EpochHistory grownEpochs) {
        return new LogView(segments, end, grownEpochs, generation);
    }

    LogView withNewActive(Segment active) {
        List<Segment> more = new ArrayList<>(segments);
        more.add(active);
        return new LogView(List.copyOf(more), SegmentEnd.empty(active.baseOffset()), epochs, generation);
    }

    /** Cut so that {@code last}, ending at {@code end}, replaces the segment with this number and all after it. */
    LogView cutAfter(int segment, Segment last, SegmentEnd end) {
        List<Segment> kept = new ArrayList<>(segments.subList(0, segment));
        kept.add(last);
        EpochHistory left = epochs.within(kept.get(0).baseOffset(), end.offset());
        return new LogView(List.copyOf(kept), end, left, generation + 1);
    }

    /** Everything replaced by one empty segment. */
    LogView replacedBy(Segment only) {
        return new LogView(List.of(only), SegmentEnd.empty(only.baseOffset()), EpochHistory.empty(), generation + 1);
    }
}
