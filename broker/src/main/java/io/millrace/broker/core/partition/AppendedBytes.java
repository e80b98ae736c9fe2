package io.millrace.broker.core.partition;

/**
 * Remembers how many bytes a leader had appended when its log end passed which offset, so that a follower's distance is
 * a number of bytes. A ring of samples {@code window / 16} bytes apart: a distance is judged too long by at most that.
 */
final class AppendedBytes {

    private static final int SAMPLES = 64;
    private static final int SAMPLES_PER_WINDOW = 16;

    private final long sampleBytes;
    private final long[] endOffsets = new long[SAMPLES];
    private final long[] totals = new long[SAMPLES];
    private long total;
    private int newest;
    private int size = 1;

    /** @param endOffset of the log at the beginning; what is before it counts nothing */
    AppendedBytes(int windowBytes, long endOffset) {
        this.sampleBytes = Math.max(1, windowBytes / SAMPLES_PER_WINDOW);
        this.endOffsets[0] = endOffset;
    }

    void onAppended(long endOffset, int bytes) {
        total += bytes;
        if (total - totals[newest] >= sampleBytes) {
            newest = (newest + 1) % SAMPLES;
            size = Math.min(SAMPLES, size + 1);
            endOffsets[newest] = endOffset;
            totals[newest] = total;
        }
    }

    /** Bytes appended behind {@code followerEnd}. */
    long behind(long followerEnd) {
        long known = totals[(newest - size + 1 + SAMPLES) % SAMPLES];
        for (int back = 0; back < size; back++) {
            int sample = (newest - back + SAMPLES) % SAMPLES;
            if (endOffsets[sample] <= followerEnd) {
                known = totals[sample];
                break;
            }
        }
        return total - known;
    }
}
