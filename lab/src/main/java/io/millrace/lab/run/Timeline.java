package io.millrace.lab.run;

import io.millrace.lab.drill.Sent;
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
    public synchronized void onAcknowledged(Sent record, long offset, int leaderEpoch, long nowNs) {
        count(nowNs, 0, 1);
        int partition = record.partition();
        silent(partition, nowNs);
        lastAckNs[partition] = Math.max(nowNs, lastAckNs[partition]);
    }

    @Override
    public synchronized void onPolled(Polled polled) {
        count(polled.nowNs(), 1, polled.count());
    }

    @Override
    public synchronized void onFailed(Sent record, boolean isDefinite, String error, long nowNs) {
        count(nowNs, 2, 1);
    }

    synchronized List<Bucket> buckets() {
        return buckets.stream().map(one -> new Bucket(one[0], one[1], one[2])).toList();
    }

    synchronized List<Silence> silences() {
        return List.copyOf(silences);
    }

    private void count(long nowNs, int what, long records) {
        int bucket = (int) (ms(nowNs) / BUCKET_MS);
        while (buckets.size() <= bucket) {
            buckets.add(new long[3]);
        }
        buckets.get(bucket)[what] += records;
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
