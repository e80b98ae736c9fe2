package io.millrace.lab.drill;

import io.millrace.client.MillraceClient;
import io.millrace.lab.cluster.ClusterProcesses.Strike;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes at a steady rate, round robin over the partitions, however slowly the answers come: each record has its due time,
 * and what is late is sent at once. Its thread also strikes, since it alone knows what is in flight.
 */
final class Load {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    // A record is on the disks within some milliseconds: the blow should fall anywhere on its way.
    private static final int LONGEST_WAY_NS = 2_000_000;

    private final List<PartitionLoad> partitions;
    private final int ratePerS;
    private final Random random;
    private final Thread thread = new Thread(this::run, "mill-load-0");
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private volatile boolean isStopping;
    private volatile @Nullable Aimed aimed;
    private volatile long latestNs;
    private volatile long handedOver;

    private record Aimed(Set<Integer> partitions, Strike strike, CompletableFuture<Long> inFlight) {}

    Load(MillraceClient client, DrillPlan plan, Payload payload, Random random) {
        this.partitions = IntStream.range(0, plan.partitions())
                .mapToObj(partition -> new PartitionLoad(client, plan.topic(), partition, payload))
                .toList();
        this.ratePerS = plan.ratePerS();
        this.random = random;
    }

    void start() {
        mark();
        thread.start();
    }

    /** Sends no more, and returns once everything has its answer. */
    void stop() throws InterruptedException, IOException {
        isStopping = true;
        Futures.await(ended);
    }

    /**
     * Strikes at a moment at which these partitions have records in flight, then marks every partition's clock.
     *
     * @return how many records these partitions had in flight
     */
    long strike(Set<Integer> watched, Strike strike) throws InterruptedException, IOException {
        Aimed next = new Aimed(Set.copyOf(watched), strike, new CompletableFuture<>());
        aimed = next;
        return Futures.await(next.inFlight());
    }

    /** Waits until each of these partitions has acknowledged a record that was handed over after the mark. */
    boolean awaitResumed(Set<Integer> watched, Duration atMost) throws InterruptedException {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (!watched.stream()
                .allMatch(partition -> partitions.get(partition).clock().hasResumed())) {
            if (System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            Thread.sleep(1);
        }
        return true;
    }

    void mark() {
        long nowNs = System.nanoTime();
        partitions.forEach(partition -> partition.clock().mark(nowNs));
    }

    /** The longest time since the mark in which one of these partitions acknowledged nothing, in ms. */
    long longestSilenceMs(Set<Integer> watched) {
        long nowNs = System.nanoTime();
        return watched.stream()
                .mapToLong(partition -> partitions.get(partition).clock().longestSilenceNs(nowNs))
                .map(TimeUnit.NANOSECONDS::toMillis)
                .max()
                .orElse(0);
    }

    long handedOver() {
        return handedOver;
    }

    /** By how much a record was handed over later than due, at most, in ms: what the writers had no room for. */
    long latestMs() {
        return TimeUnit.NANOSECONDS.toMillis(latestNs);
    }

    /** After {@link #stop}. */
    List<SentRuns> sent() {
        return partitions.stream().map(PartitionLoad::runs).toList();
    }

    /** What a writer was told, empty where none failed. After {@link #stop}. */
    String firstFailure() {
        return partitions.stream()
                .map(PartitionLoad::firstFailure)
                .filter(words -> !words.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** After {@link #stop}. */
    long failures() {
        return partitions.stream().mapToLong(PartitionLoad::failures).sum();
    }

    // What goes wrong here is told to whoever waits for the end.
    @SuppressWarnings("CatchingUnchecked")
    private void run() {
        try {
            pace();
            partitions.forEach(PartitionLoad::finish);
            ended.complete(true);
        } catch (Exception e) {
            ended.completeExceptionally(e);
            Aimed waiting = aimed;
            if (waiting != null) {
                waiting.inFlight().completeExceptionally(e);
            }
        }
    }

    private void pace() {
        long startNs = System.nanoTime();
        long number = 0;
        while (!isStopping) {
            long nowNs = System.nanoTime();
            long dueNs = startNs + (long) ((double) number / ratePerS * NANOS);
            if (nowNs - dueNs < 0) {
                LockSupport.parkNanos(Math.min(dueNs - nowNs, MAX_PAUSE_NS));
            } else {
                latestNs = Math.max(latestNs, nowNs - dueNs);
                int partition = (int) (number % partitions.size());
                partitions.get(partition).append(nowNs);
                handedOver = ++number;
                strikeIfAimed(partition);
            }
        }
    }

    private void strikeIfAimed(int partition) {
        Aimed now = aimed;
        if (now == null || !now.partitions().contains(partition)) {
            return;
        }
        LockSupport.parkNanos(random.nextInt(LONGEST_WAY_NS));
        long inFlight = now.partitions().stream()
                .mapToLong(watched -> partitions.get(watched).inFlight())
                .sum();
        if (inFlight > 0) {
            aimed = null;
            fall(now, inFlight);
        }
    }

    private void fall(Aimed now, long inFlight) {
        try {
            now.strike().fall();
            mark();
            now.inFlight().complete(inFlight);
        } catch (IOException e) {
            now.inFlight().completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            now.inFlight().completeExceptionally(e);
        }
    }
}
