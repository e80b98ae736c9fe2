package io.millrace.bench.load;

import io.millrace.bench.cluster.GroupCommitter;
import io.millrace.bench.cluster.RecordWriter;
import java.io.IOException;
import java.time.Duration;
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
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Many groups of one member, each of which commits all its partitions again and again: first as fast as it is answered,
 * which shows what there is room for, then at a fixed rate. There a commit counts from when it was due; one that takes
 * longer than the time between two delays the next, whose wait then counts too.
 */
public final class CommitLoad {
    public static final int PARTITIONS = 16;

    private static final int GROUPS = 64;
    private static final long EVERY_NS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final long LONGEST_US = TimeUnit.MINUTES.toMicros(10);
    private static final int PIPELINED = 128;
    /** Each commit is one further, and none must be beyond the end. */
    private static final int RECORDS = 20_000;

    private static final int RECORD_BYTES = 10;

    private final Histogram acknowledged = new ConcurrentHistogram(LONGEST_US, 3);
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    /** Goes on as fast as it can for so long, until what it needs is compiled: that takes far longer than for a stream of records. */
    public Measured rehearse(Stage stage, Duration duration) throws InterruptedException {
        fill(stage);
        List<GroupCommitter> groups = joined(stage);
        try {
            double room = atFullSpeed(groups, new long[GROUPS], duration.toNanos());
            return new Measured(Map.of(Metric.COMMIT_ROOM, room), Map.of());
        } finally {
            groups.forEach(GroupCommitter::close);
        }
    }

    /** For one run. */
    public Measured run(Stage stage, Timing timing) throws IOException, InterruptedException {
        fill(stage);
        List<GroupCommitter> groups = joined(stage);
        try {
            long[] offsets = new long[GROUPS];
            double room = atFullSpeed(groups, offsets, timing.warmUp().toNanos());
            Snapshot begin = Snapshot.take(stage, ProcessHandle.current());
            double perS = atFixedRate(groups, offsets, timing.window().toNanos());
            Snapshot end = Snapshot.take(stage, ProcessHandle.current());
            return measured(begin, end, perS, room, stage.cluster().zookeeper());
        } finally {
            groups.forEach(GroupCommitter::close);
        }
    }

    /** Offsets per second. */
    private double atFullSpeed(List<GroupCommitter> groups, long[] offsets, long forNs) throws InterruptedException {
        long untilNs = System.nanoTime() + forNs;
        return perSecond(
                forNs,
                () -> inParallel(groups, i -> {
                    while (System.nanoTime() - untilNs < 0) {
                        commit(groups.get(i), ++offsets[i], untilNs);
                    }
                }));
    }

    /** Offsets per second that were acknowledged within the time; those of the end are awaited, and count for latency. */
    private double atFixedRate(List<GroupCommitter> groups, long[] offsets, long forNs) throws InterruptedException {
        acknowledged.reset();
        long startNs = System.nanoTime();
        long untilNs = startNs + forNs;
        return perSecond(
                forNs,
                () -> inParallel(groups, i -> {
                    // Spread over the time between two, as groups that know nothing of each other are.
                    long dueNs = startNs + EVERY_NS * i / GROUPS;
                    for (; dueNs - untilNs < 0; dueNs += EVERY_NS) {
                        LatencyLoad.awaitTime(dueNs);
                        if (commit(groups.get(i), ++offsets[i], untilNs)) {
                            acknowledged.recordValue(Math.min(LONGEST_US, (System.nanoTime() - dueNs) / 1_000));
                        }
                    }
                }));
    }

    private interface Phase {
        void run() throws InterruptedException;
    }

    private double perSecond(long forNs, Phase phase) throws InterruptedException {
        commits.set(0);
        phase.run();
        return commits.get() * PARTITIONS * 1e9 / forNs;
    }

    private static void inParallel(List<GroupCommitter> groups, IntConsumer task) throws InterruptedException {
        List<Thread> threads = IntStream.range(0, groups.size())
                .mapToObj(i -> new Thread(() -> task.accept(i), "bench-group-" + i))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Whether it was acknowledged; it is counted if that was before {@code untilNs}. */
    private boolean commit(GroupCommitter group, long offset, long untilNs) {
        try {
            group.commit(offset);
        } catch (RuntimeException failed) {
            failures.incrementAndGet();
            return false;
        }
        if (System.nanoTime() - untilNs < 0) {
            commits.incrementAndGet();
        }
        return true;
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

    private Measured measured(Snapshot begin, Snapshot end, double perS, double room, Optional<String> zookeeper)
            throws IOException, InterruptedException {
        double seconds = (end.atNs() - begin.atNs()) / 1e9;
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.COMMITS, perS);
        figures.put(Metric.COMMIT_ROOM, room);
        figures.put(Metric.COMMIT_P50, acknowledged.getValueAtPercentile(50) / 1e3);
        figures.put(Metric.COMMIT_P99, acknowledged.getValueAtPercentile(99) / 1e3);
        figures.put(
                Metric.COMMIT_CPU, end.brokerCpu().minus(begin.brokerCpu()).toNanos() / 1e9 / (perS * seconds / 1e6));
        Map<String, Object> notes = new LinkedHashMap<>();
        MachineTimes machine = end.machine().since(begin.machine());
        notes.put("seconds", Rounded.of(seconds));
        notes.put("machineBusyPercent", Rounded.of(machine.busyShare() * 100));
        notes.put(Window.STEAL, Rounded.of(machine.stolenShare() * 100));
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
