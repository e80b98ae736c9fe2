package io.millrace.lab.perf;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Counts what is done and how long each of it took. Safe for threads. */
public final class Meter {
    private static final long LONGEST_US = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 3;
    private static final long NEVER = Long.MIN_VALUE;

    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Histogram latencies = new ConcurrentHistogram(LONGEST_US, DIGITS);
    private final AtomicLong lastDoneNs = new AtomicLong(NEVER);
    private final LongAccumulator longestPauseNs = new LongAccumulator(Math::max, 0);

    /** @param latencyNs from when it was due, 0 or more */
    void onDone(long recordBytes, long latencyNs) {
        records.increment();
        bytes.add(recordBytes);
        onDoneAt(System.nanoTime());
        latencies.recordValue(Math.min(LONGEST_US, TimeUnit.NANOSECONDS.toMicros(Math.max(0, latencyNs))));
    }

    void onDoneAt(long nowNs) {
        long beforeNs = lastDoneNs.getAndSet(nowNs);
        if (beforeNs != NEVER) {
            longestPauseNs.accumulate(nowNs - beforeNs);
        }
    }

    /** Many records at once, whose latencies nobody asks for. */
    void onRead(long count, long allBytes) {
        records.add(count);
        bytes.add(allBytes);
    }

    void onFailed() {
        failures.increment();
    }

    public long records() {
        return records.sum();
    }

    public long bytes() {
        return bytes.sum();
    }

    public long failures() {
        return failures.sum();
    }

    /** @param percentile 0 to 100; milliseconds, 0 where nothing was timed */
    public double latencyMs(double percentile) {
        return latencies.getTotalCount() == 0 ? 0 : latencies.getValueAtPercentile(percentile) / 1000.0;
    }

    /** Milliseconds. */
    public double longestMs() {
        return latencies.getMaxValue() / 1000.0;
    }

    /** Milliseconds between two records that were done one after the other. */
    public double longestPauseMs() {
        return longestPauseNs.get() / 1e6;
    }
}
