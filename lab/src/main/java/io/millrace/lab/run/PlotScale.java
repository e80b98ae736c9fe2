package io.millrace.lab.run;

import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/** Where moments and rates lie in the picture, and which of them are written beside it. */
final class PlotScale {
    static final int LEFT = 62;
    static final int RIGHT = 985;
    private static final int MAX_MARKS = 10;
    private static final long[] STEPS_S = {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200};
    private static final int S_PER_MIN = 60;

    private final long lengthMs;
    private final long top;

    /** @param highest rate that has to be seen */
    PlotScale(long lengthMs, double highest) {
        this.lengthMs = Math.max(lengthMs, 1);
        this.top = rounded(highest);
    }

    /** The next of 1, 2, 5, 10, ... */
    private static long rounded(double highest) {
        long power = 1;
        while (power * 10 < highest) {
            power *= 10;
        }
        for (int factor : new int[] {1, 2, 3, 4, 5, 6, 8}) {
            if (factor * power >= highest) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    double x(long atMs) {
        return LEFT + (double) (RIGHT - LEFT) * Math.min(Math.max(atMs, 0), lengthMs) / lengthMs;
    }

    /** The rate at the upper edge. */
    long top() {
        return top;
    }

    double share(double rate) {
        return Math.min(rate / top, 1);
    }

    /** Moments to be marked, from 0 on. */
    List<Long> marksMs() {
        long stepMs = 1_000 * step(lengthMs / 1_000);
        return LongStream.iterate(0, at -> at <= lengthMs, at -> at + stepMs)
                .boxed()
                .toList();
    }

    private static long step(long lengthS) {
        for (long step : STEPS_S) {
            if (lengthS / step <= MAX_MARKS) {
                return step;
            }
        }
        return lengthS / MAX_MARKS;
    }

    /** As in 40 s or 12:30. */
    String words(long atMs) {
        long atS = atMs / 1_000;
        return lengthMs <= 2 * S_PER_MIN * 1_000
                ? atS + " s"
                : String.format(Locale.ROOT, "%d:%02d", atS / S_PER_MIN, atS % S_PER_MIN);
    }
}
