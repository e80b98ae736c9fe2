package io.millrace.lab.drill;

import io.millrace.client.ProducerConfig;
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
 * Writes as users do, with one idempotent producer and its defaults, at a steady rate to all partitions. The thread that
 * sends also strikes: right after a record it knows that something is in flight.
 */
final class Load implements SteadyProducer.Listener {
    // A record is on the disks within some milliseconds: the blow should fall anywhere on its way.
    private static final int LONGEST_WAY_NS = 2_000_000;

    private final List<PartitionBook> books;
    private final SteadyProducer producer;
    private final Random random;
    private volatile @Nullable Aimed aimed;

    private record Aimed(Set<Integer> partitions, Strike strike, CompletableFuture<Long> inFlight) {}

    Load(String bootstrap, DrillPlan plan, Payload payload, Random random) {
        this.books = IntStream.range(0, plan.partitions())
                .mapToObj(PartitionBook::new)
                .toList();
        this.producer = new SteadyProducer(
                0, ProducerConfig.of(bootstrap), plan.topic(), plan.ratePerS(), payload, books, this);
        this.random = random;
    }

    /** Connects, on the thread that sends. */
    void start() {
        mark();
        producer.start();
    }

    /** Sends no more, and returns once everything has its answer; fails as the sending thread did. Once started. */
    void stop() throws InterruptedException, IOException {
        producer.stop();
        producer.requireEndedWell();
    }

    /**
     * Strikes at a moment at which these partitions have records in flight, then marks every partition's clock.
     *
     * @return how many records these partitions had in flight
     */
    long strike(Set<Integer> watched, Strike strike) throws InterruptedException, IOException {
        Aimed next = new Aimed(Set.copyOf(watched), strike, new CompletableFuture<>());
        aimed = next;
        var unused = producer.ended()
                .whenComplete((ok, thrown) -> next.inFlight()
                        .completeExceptionally(
                                thrown == null ? new IllegalStateException("the load has ended") : thrown));
        return Futures.await(next.inFlight());
    }

    /** Waits until each of these partitions has acknowledged a record that was handed over after the mark. */
    boolean awaitResumed(Set<Integer> watched, Duration atMost) throws InterruptedException {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (!watched.stream()
                .allMatch(partition -> books.get(partition).clock().hasResumed())) {
            if (System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            Thread.sleep(1);
        }
        return true;
    }

    void mark() {
        long nowNs = System.nanoTime();
        books.forEach(book -> book.clock().mark(nowNs));
    }

    /** The longest time since the mark in which one of these partitions acknowledged nothing, in ms. */
    long longestSilenceMs(Set<Integer> watched) {
        long nowNs = System.nanoTime();
        return watched.stream()
                .mapToLong(partition -> books.get(partition).clock().longestSilenceNs(nowNs))
                .map(TimeUnit.NANOSECONDS::toMillis)
                .max()
                .orElse(0);
    }

    long handedOver() {
        return books.stream().mapToLong(PartitionBook::next).sum();
    }

    /** By how much a record was handed over later than due, at most, in ms: what the producer had no room for. */
    long latestMs() {
        return producer.latestMs();
    }

    /** After {@link #stop}. */
    List<SentRuns> sent() {
        return books.stream().map(PartitionBook::runs).toList();
    }

    /** What the producer was told of one of the records that failed, empty where none has. */
    String firstFailure() {
        Throwable first = producer.firstFailure();
        return first == null ? "" : first.toString();
    }

    /** Records whose producer was told of a failure. */
    long failures() {
        return books.stream().mapToLong(PartitionBook::failed).sum();
    }

    @Override
    public void onHandedOver(Sent record) {
        Aimed now = aimed;
        if (now == null || !now.partitions().contains(record.partition())) {
            return;
        }
        LockSupport.parkNanos(random.nextInt(LONGEST_WAY_NS));
        long inFlight = now.partitions().stream()
                .mapToLong(watched -> books.get(watched).inFlight())
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
