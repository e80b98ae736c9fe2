package io.millrace.bench.load;

import io.millrace.bench.cluster.RecordReader;
import io.millrace.bench.cluster.RecordWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * From producer to consumer at a fixed rate. Both are in this process, so that one clock counts; latencies count from
 * when a record was due, so that a cluster that stands still does not hide the wait of those that came due meanwhile.
 */
public final class LatencyLoad {
    private static final Duration PATIENCE = Duration.ofMillis(100);
    private static final long LAST_ONES_NS = 10_000_000_000L;
    private static final long LONGEST_US = TimeUnit.MINUTES.toMicros(10);

    private final int recordBytes;
    private final long ratePerS;
    private final Histogram endToEnd = new ConcurrentHistogram(LONGEST_US, 3);
    private final Histogram acknowledged = new ConcurrentHistogram(LONGEST_US, 3);
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private volatile long measuredFromNs;
    private volatile long sent = -1;

    /** For one run. */
    public LatencyLoad(int recordBytes, long ratePerS) {
        this.recordBytes = recordBytes;
        this.ratePerS = ratePerS;
    }

    public Measured run(Stage stage, Timing timing) throws IOException, InterruptedException {
        try (RecordReader reader = stage.cluster().reader(stage.topic());
                RecordWriter writer = stage.cluster().writer(stage.topic())) {
            CompletableFuture<Void> receiving =
                    CompletableFuture.runAsync(() -> receive(reader), LatencyLoad::inThread);
            long startNs = System.nanoTime();
            measuredFromNs = startNs + timing.warmUp().toNanos();
            long endNs = measuredFromNs + timing.window().toNanos();
            CompletableFuture<Void> sending =
                    CompletableFuture.runAsync(() -> send(writer, startNs, endNs), LatencyLoad::inThread);
            Thread.sleep(timing.warmUp().toMillis());
            Snapshot begin = Snapshot.take(stage, ProcessHandle.current());
            Thread.sleep(timing.window().toMillis());
            Snapshot end = Snapshot.take(stage, ProcessHandle.current());
            sending.join();
            receiving.join();
            return measured(new Window(begin, end, recordBytes));
        }
    }

    private static void inThread(Runnable task) {
        new Thread(task, "bench-load").start();
    }

    private void send(RecordWriter writer, long startNs, long endNs) {
        byte[][] payloads = Payloads.of(recordBytes);
        long number = 0;
        try {
            for (long dueNs = startNs; dueNs < endNs; dueNs = startNs + (long) (number * (1e9 / ratePerS))) {
                awaitTime(dueNs);
                byte[] value = payloads[(int) (number % payloads.length)].clone();
                ByteBuffer.wrap(value).putLong(dueNs);
                long countedFromNs = dueNs;
                writer.send(
                        RecordWriter.ANY_PARTITION, value, isAcknowledged -> onAnswer(isAcknowledged, countedFromNs));
                number++;
            }
        } finally {
            sent = number;
        }
    }

    static void awaitTime(long dueNs) {
        for (long leftNs = dueNs - System.nanoTime(); leftNs > 0; leftNs = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }

    private void onAnswer(boolean isAcknowledged, long dueNs) {
        if (isAcknowledged) {
            record(acknowledged, dueNs);
        } else {
            failed.incrementAndGet();
        }
    }

    private void receive(RecordReader reader) {
        long lastNs = System.nanoTime();
        while (received.get() != sent) {
            long before = received.get();
            reader.poll(PATIENCE, value -> {
                record(endToEnd, value.getLong(value.position()));
                received.incrementAndGet();
            });
            long nowNs = System.nanoTime();
            if (sent < 0 || received.get() > before) {
                lastNs = nowNs;
            } else if (nowNs - lastNs > LAST_ONES_NS) {
                return;
            }
        }
    }

    private void record(Histogram histogram, long dueNs) {
        if (dueNs - measuredFromNs >= 0) {
            histogram.recordValue(Math.min(LONGEST_US, (System.nanoTime() - dueNs) / 1_000));
        }
    }

    private Measured measured(Window window) throws IOException {
        if (failed.get() > 0 || received.get() != sent) {
            throw new IOException(
                    "of " + sent + " records " + failed + " failed and " + received + " arrived: no latency says that");
        }
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.END_TO_END_P50, ms(endToEnd, 50));
        figures.put(Metric.END_TO_END_P99, ms(endToEnd, 99));
        figures.put(Metric.END_TO_END_P999, ms(endToEnd, 99.9));
        figures.put(Metric.ACK_P99, ms(acknowledged, 99));
        figures.put(Metric.BROKER_CPU, window.figures().getOrDefault(Metric.BROKER_CPU, Double.NaN));
        Map<String, Object> notes = new LinkedHashMap<>(window.notes());
        notes.put("timed", endToEnd.getTotalCount());
        notes.put("endToEndMaxMs", Rounded.of(endToEnd.getMaxValue() / 1e3));
        return new Measured(figures, notes);
    }

    private static double ms(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e3;
    }
}
