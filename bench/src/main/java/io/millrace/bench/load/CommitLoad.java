package io.millrace.bench.load;

import io.millrace.bench.cluster.GroupCommitter;
import io.millrace.bench.cluster.RecordWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Many groups of one member, each of which commits all its partitions again and again. A commit counts from when it was
 * due; one that takes longer than the time between two delays the next, whose wait then counts too.
 */
public final class CommitLoad {
    public static final int PARTITIONS = 16;

    private static final int GROUPS = 64;
    private static final long EVERY_NS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final long LONGEST_US = TimeUnit.MINUTES.toMicros(10);
    private static final int PIPELINED = 128;
    private static final int RECORDS = 1_500;
    private static final int RECORD_BYTES = 10;

    private final Histogram acknowledged = new ConcurrentHistogram(LONGEST_US, 3);
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile long measuredFromNs;
    private volatile long measuredUntilNs;

    /** For one run. */
    public Measured run(Stage stage, Timing timing) throws IOException, InterruptedException {
        fill(stage);
        List<GroupCommitter> groups = joined(stage);
        try {
            long startNs = System.nanoTime();
            measuredFromNs = startNs + timing.warmUp().toNanos();
            measuredUntilNs = measuredFromNs + timing.window().toNanos();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < GROUPS; i++) {
                // Spread over the time between two, as groups that know nothing of each other are.
                long firstNs = startNs + EVERY_NS * i / GROUPS;
                GroupCommitter group = groups.get(i);
                threads.add(new Thread(() -> commit(group, firstNs), "bench-group-" + i));
            }
            threads.forEach(Thread::start);
            Thread.sleep(timing.warmUp().toMillis());
            Snapshot begin = Snapshot.take(stage, ProcessHandle.current());
            Thread.sleep(timing.window().toMillis());
            Snapshot end = Snapshot.take(stage, ProcessHandle.current());
            for (Thread thread : threads) {
                thread.join();
            }
            return measured(begin, end, timing, stage.cluster().zookeeper());
        } finally {
            groups.forEach(GroupCommitter::close);
        }
    }

    /** All at the same time: Kafka waits three seconds for more members of a new group. */
    private static List<GroupCommitter> joined(Stage stage) {
        ExecutorService joining = Executors.newFixedThreadPool(GROUPS);
        try {
            List<CompletableFuture<GroupCommitter>> members = IntStream.range(0, GROUPS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> stage.cluster().committer(stage.topic() + "-" + i, stage.topic(), PARTITIONS),
                            joining))
                    .toList();
            return members.stream().map(CompletableFuture::join).toList();
        } finally {
            joining.shutdown();
        }
    }

    /** A commit must not be beyond the end. */
    private static void fill(Stage stage) throws InterruptedException {
        CountDownLatch written = new CountDownLatch(PARTITIONS * RECORDS);
        try (RecordWriter writer = stage.cluster().writer(stage.topic())) {
            for (int i = 0; i < PARTITIONS * RECORDS; i++) {
                writer.send(i % PARTITIONS, new byte[RECORD_BYTES], isAcknowledged -> written.countDown());
            }
            written.await();
        }
    }

    private void commit(GroupCommitter group, long firstNs) {
        long offset = 0;
        for (long dueNs = firstNs; dueNs < measuredUntilNs && offset < RECORDS; dueNs += EVERY_NS) {
            LatencyLoad.awaitTime(dueNs);
            offset++;
            try {
                group.commit(offset);
            } catch (RuntimeException failed) {
                failures.incrementAndGet();
                continue;
            }
            if (dueNs >= measuredFromNs) {
                commits.incrementAndGet();
                acknowledged.recordValue(Math.min(LONGEST_US, (System.nanoTime() - dueNs) / 1_000));
            }
        }
    }

    private Measured measured(Snapshot begin, Snapshot end, Timing timing, Optional<String> zookeeper)
            throws IOException, InterruptedException {
        double seconds = timing.window().toNanos() / 1e9;
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.COMMITS, commits.get() * PARTITIONS / seconds);
        figures.put(Metric.COMMIT_P50, acknowledged.getValueAtPercentile(50) / 1e3);
        figures.put(Metric.COMMIT_P99, acknowledged.getValueAtPercentile(99) / 1e3);
        figures.put(
                Metric.COMMIT_CPU,
                end.brokerCpu().minus(begin.brokerCpu()).toNanos() / 1e9 / (commits.get() * PARTITIONS / 1e6));
        Map<String, Object> notes = new LinkedHashMap<>();
        notes.put("offered", GROUPS * PARTITIONS * 1e9 / EVERY_NS);
        notes.put("failedCommits", failures.get());
        notes.put("commitMaxMs", Rounded.of(acknowledged.getMaxValue() / 1e3));
        if (zookeeper.isPresent()) {
            PlainCommits plain = new PlainCommits(zookeeper.get());
            notes.put("plainOffsetsPerS", Rounded.of(plain.run(1)));
            notes.put("pipelinedPlainOffsetsPerS", Rounded.of(plain.run(PIPELINED)));
        }
        return new Measured(figures, notes);
    }
}
