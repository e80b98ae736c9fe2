package io.millrace.lab.run;

import io.millrace.client.ProducerConfig;
import io.millrace.lab.drill.PartitionBook;
import io.millrace.lab.drill.Payload;
import io.millrace.lab.drill.SentRuns;
import io.millrace.lab.drill.SteadyProducer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** All clients of a run: producers, readers of everything, and members of one group. */
final class Workload {
    private static final long POLL_MS = 20;
    private static final long PACE_MS = 1_000;
    private static final double PACE_SHARE = 0.8;
    // Longer than any fault: a record that fails for lack of time says little about the cluster.
    private static final long DELIVERY_TIMEOUT_MS = TimeUnit.MINUTES.toMillis(3);

    private final RunPlan plan;
    private final Readings readings;
    private final List<PartitionBook> books;
    private final List<SteadyProducer> producers;
    private final List<AssignedReader> readers;
    private final List<GroupSeat> seats;

    Workload(String bootstrap, RunPlan plan, Payload payload, Readings readings, Recorder recorder) {
        this.plan = plan;
        this.readings = readings;
        this.books = IntStream.range(0, plan.partitions())
                .mapToObj(PartitionBook::new)
                .toList();
        this.producers = IntStream.range(0, Math.min(plan.producers(), plan.partitions()))
                .mapToObj(id -> producer(id, bootstrap, payload, recorder))
                .toList();
        this.readers = IntStream.range(0, plan.readers())
                .mapToObj(id -> new AssignedReader(reader(id), bootstrap, plan, payload, recorder))
                .toList();
        this.seats = IntStream.range(0, plan.members())
                .mapToObj(number -> new GroupSeat(number, bootstrap, plan, payload, recorder))
                .toList();
    }

    private SteadyProducer producer(int id, String bootstrap, Payload payload, Recorder recorder) {
        List<PartitionBook> share = share(id);
        return new SteadyProducer(
                id,
                ProducerConfig.of(bootstrap).withDeliveryTimeoutMs(DELIVERY_TIMEOUT_MS),
                plan.topic(),
                (double) plan.ratePerS() * share.size() / plan.partitions(),
                payload,
                share,
                new RecordedSending(recorder));
    }

    private List<PartitionBook> share(int producer) {
        int producers = Math.min(plan.producers(), plan.partitions());
        return books.stream()
                .filter(book -> book.partition() % producers == producer)
                .toList();
    }

    private static String reader(int id) {
        return "reader-" + id;
    }

    void start() {
        mark();
        readers.forEach(AssignedReader::start);
        seats.forEach(GroupSeat::start);
        producers.forEach(SteadyProducer::start);
    }

    /** From here on silences are measured anew, and writes have to show that they go on. */
    void mark() {
        long nowNs = System.nanoTime();
        books.forEach(book -> book.clock().mark(nowNs));
    }

    /** The longest time since the mark in which one partition acknowledged nothing. */
    long longestSilenceMs() {
        long nowNs = System.nanoTime();
        return books.stream()
                .mapToLong(book -> book.clock().longestSilenceNs(nowNs))
                .map(TimeUnit.NANOSECONDS::toMillis)
                .max()
                .orElse(0);
    }

    /** Whether a producer sends no more; before {@link #stopProducers} that is for a failure of its own. */
    boolean hasProducerEnded() {
        return producers.stream().anyMatch(SteadyProducer::hasEnded);
    }

    /**
     * Waits until each partition has acknowledged a record that was handed over after the mark; no longer once a producer
     * has ended.
     */
    boolean awaitResumed(Duration atMost) throws InterruptedException {
        await(() -> hasProducerEnded() || hasResumed(), atMost);
        return hasResumed();
    }

    private boolean hasResumed() {
        return books.stream().allMatch(book -> book.clock().hasResumed());
    }

    /** Waits until, for a second, about as many records get their answer as are due; no longer once a producer has ended. */
    boolean awaitPace(Duration atMost) throws InterruptedException {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (!hasProducerEnded() && System.nanoTime() - deadlineNs < 0) {
            long fromNs = System.nanoTime();
            long before = answered();
            Thread.sleep(PACE_MS);
            double seconds = (System.nanoTime() - fromNs) / 1e9;
            if (answered() - before >= PACE_SHARE * plan.ratePerS() * seconds) {
                return true;
            }
        }
        return false;
    }

    private long answered() {
        return books.stream().mapToLong(PartitionBook::answered).sum();
    }

    /** Writes no more, and returns once every record has its answer; then fails as the first producer that did. */
    void stopProducers() throws InterruptedException, IOException {
        for (SteadyProducer producer : producers) {
            producer.stop();
        }
        for (SteadyProducer producer : producers) {
            producer.requireEndedWell();
        }
    }

    /** Lets go everybody who is still there, wherever they are, and whatever producers ended with. */
    void stop() throws InterruptedException {
        for (SteadyProducer producer : producers) {
            producer.stop();
        }
        stopConsumers();
    }

    private void stopConsumers() throws InterruptedException {
        for (AssignedReader reader : readers) {
            reader.stop();
        }
        for (GroupSeat seat : seats) {
            seat.stop();
        }
    }

    /** Waits until readers and group have been handed everything below these ends, and lets them go. */
    boolean drain(List<Long> endOffsets, Duration atMost) throws InterruptedException {
        seats.forEach(GroupSeat::stay);
        boolean isDrained = await(() -> isRead(endOffsets), atMost);
        stopConsumers();
        return isDrained;
    }

    private boolean isRead(List<Long> endOffsets) {
        return IntStream.range(0, plan.partitions())
                .allMatch(partition -> isRead(partition, endOffsets.get(partition)));
    }

    private boolean isRead(int partition, long endOffset) {
        return IntStream.range(0, plan.readers()).allMatch(id -> readings.hasRead(reader(id), partition, endOffset))
                && (seats.isEmpty() || readings.hasGroupRead(partition, endOffset));
    }

    private static boolean await(BooleanSupplier condition, Duration atMost) throws InterruptedException {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            Thread.sleep(POLL_MS);
        }
        return true;
    }

    /** After {@link #stopProducers}. */
    List<SentRuns> sent() {
        return books.stream().map(PartitionBook::runs).toList();
    }

    ClientCounts counts() {
        return new ClientCounts(
                books.stream().mapToLong(PartitionBook::next).sum(),
                books.stream().mapToLong(PartitionBook::failed).sum(),
                producers.stream().mapToLong(SteadyProducer::refusals).sum(),
                producers.stream().mapToLong(SteadyProducer::latestMs).max().orElse(0),
                readers.stream().mapToLong(AssignedReader::failures).sum(),
                seats.stream().mapToLong(GroupSeat::members).sum(),
                seats.stream().mapToLong(GroupSeat::deaths).sum(),
                seats.stream().mapToLong(GroupSeat::failures).sum());
    }
}
