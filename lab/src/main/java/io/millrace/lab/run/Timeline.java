package io.millrace.lab.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Counts by the clock what was acknowledged, read and refused, and when partitions acknowledged nothing. Safe for threads. */
public final class Timeline implements Recorder {
    public static final int BUCKET_MS = 250;
    /** A partition that has acknowledged nothing for so long counts as unavailable. */
    public static final int UNAVAILABLE_MS = 500;

    private final long startNs;
    private final long[] lastAckNs;
    private final List<long[]> buckets = new ArrayList<>();
    private final List<Silence> silences = new ArrayList<>();

    /** Times are ms from the start of the run. */
    public record Silence(int partition, long fromMs, long toMs) {}

    /** What happened within {@link #BUCKET_MS}. */
    public record Bucket(long acknowledged, long read, long failed) {}

    Timeline(int partitions, long startNs) {
        this.startNs = startNs;
        this.lastAckNs = new long[partitions];
        Arrays.fill(lastAckNs, startNs);
    }

    @Override
    public synchronized void onAcknowledged(int producer, int partition, long number, long offset, long nowNs) {
        count(nowNs, 0);
        silent(partition, nowNs);
        lastAckNs[partition] = Math.max(nowNs, lastAckNs[partition]);
    }

    @Override
    public synchronized void onRead(
            String reader, boolean isInGroup, int partition, long offset, long number, long nowNs) {
        count(nowNs, 1);
    }

    @Override
    public synchronized void onFailed(int producer, int partition, long number, boolean isDefinite, long nowNs) {
        count(nowNs, 2);
    }

    synchronized List<Bucket> buckets() {
        return buckets.stream().map(one -> new Bucket(one[0], one[1], one[2])).toList();
    }

    synchronized List<Silence> silences() {
        return List.copyOf(silences);
    }

    private void count(long nowNs, int what) {
        int bucket = (int) (ms(nowNs) / BUCKET_MS);
        while (buckets.size() <= bucket) {
            buckets.add(new long[3]);
        }
        buckets.get(bucket)[what]++;
    }

    private void silent(int partition, long nowNs) {
        if (nowNs - lastAckNs[partition] > TimeUnit.MILLISECONDS.toNanos(UNAVAILABLE_MS)) {
            silences.add(new Silence(partition, ms(lastAckNs[partition]), ms(nowNs)));
        }
    }

    private long ms(long nowNs) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nowNs - startNs));
    }
}
