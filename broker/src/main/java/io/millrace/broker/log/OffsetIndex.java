package io.millrace.broker.log;

import java.util.Arrays;

/**
 * Sparse index of one segment, in memory: of some batches the base offset, the position in the file, and the largest
 * timestamp of all batches before. A pure function of the batches and the interval, so it can always be built again.
 *
 * <p><b>Concurrency.</b> One writer, any readers. A reader reads {@code count} first; whatever array it sees then holds at
 * least that many entries, since a grown array is in place before the count that needs it.
 */
final class OffsetIndex {
    /** In place of an entry's number: before the first, so at the beginning of the segment. */
    static final int NONE = -1;

    private static final int INITIAL_CAPACITY = 16;

    private final int intervalBytes;
    private long[] offsets = new long[INITIAL_CAPACITY];
    private int[] positions = new int[INITIAL_CAPACITY];
    private long[] maxTimestampsBefore = new long[INITIAL_CAPACITY];
    private volatile int count;

    OffsetIndex(int intervalBytes) {
        this.intervalBytes = intervalBytes;
    }

    /** To be told of every batch, in order. {@code before} is the segment's end before it. */
    void onBatch(long baseOffset, SegmentEnd before) {
        int size = count;
        int lastPosition = size == 0 ? 0 : positions[size - 1];
        if (before.bytes() - lastPosition >= intervalBytes) {
            add(baseOffset, before.bytes(), before.maxTimestampMs());
        }
    }

    void add(long offset, int position, long maxTimestampBeforeMs) {
        int size = count;
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * size);
            positions = Arrays.copyOf(positions, 2 * size);
            maxTimestampsBefore = Arrays.copyOf(maxTimestampsBefore, 2 * size);
        }
        offsets[size] = offset;
        positions[size] = position;
        maxTimestampsBefore[size] = maxTimestampBeforeMs;
        count = size + 1;
    }

    int count() {
        return count;
    }

    long offsetAt(int entry) {
        return offsets[entry];
    }

    int positionAt(int entry) {
        return positions[entry];
    }

    long maxTimestampBeforeAt(int entry) {
        return maxTimestampsBefore[entry];
    }

    /** The last entry at or below {@code offset}, or {@link #NONE}. */
    int floor(long offset) {
        int size = count;
        int found = Arrays.binarySearch(offsets, 0, size, offset);
        return found >= 0 ? found : -found - 2;
    }

    /** The last entry before which every timestamp is below {@code timestampMs}, or {@link #NONE}. */
    int lastBefore(long timestampMs) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (maxTimestampsBefore[middle] < timestampMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** How many entries stand for batches that begin below {@code position}. */
    int countBelow(int position) {
        int found = Arrays.binarySearch(positions, 0, count, position);
        return found >= 0 ? found : -found - 1;
    }

    /** A copy with the entries of batches that begin below {@code position}. */
    OffsetIndex prefix(int position) {
        OffsetIndex copy = new OffsetIndex(intervalBytes);
        int kept = countBelow(position);
        for (int entry = 0; entry < kept; entry++) {
            copy.add(offsets[entry], positions[entry], maxTimestampsBefore[entry]);
        }
        return copy;
    }
}
