package io.millrace.lab.drill;

import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.ProducerConfig;
import io.millrace.client.ProducerRecord;
import io.millrace.client.RecordReceipt;
import io.millrace.client.SendCallback;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One producer that writes at a steady rate, round robin over partitions that nobody else writes, however slowly the
 * answers come: each record has its due time, and what is late is sent at once. What becomes of each record goes to the
 * books.
 *
 * <p>It has a thread of its own; {@link #start} and {@link #stop} are for one other, the rest for any.
 */
public final class SteadyProducer {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PAUSE_AFTER_REFUSAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final int id;
    private final String topic;
    private final double ratePerS;
    private final Payload payload;
    private final List<PartitionBook> books;
    private final Listener listener;
    private final ProducerConfig config;
    private final Thread thread;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private final AtomicReference<@Nullable MillraceException> firstFailure = new AtomicReference<>();
    private volatile boolean isStopping;
    private volatile long latestNs;
    private volatile long refusals;

    /** Told of each record. Times are of {@link System#nanoTime()}. */
    public interface Listener {
        /** It is about to be handed over; on the sending thread. */
        default void onSend(Sent record, long nowNs) {}

        /** It was handed over, or refused; on the sending thread, which has time for it. */
        default void onHandedOver(Sent record) {}

        /** On the producer's own thread, which must not be blocked. */
        default void onAcknowledged(Sent record, RecordReceipt receipt, long nowNs) {}

        /** On the producer's own thread, or on the sending one where the record was not even taken. */
        default void onFailed(Sent record, MillraceException failure, long nowNs) {}
    }

    /**
     * Opens nothing before it is started; then it connects on the thread that sends.
     *
     * @param id tells its records from those of other producers, and names its thread
     * @param topic exists by the time it is started
     * @param ratePerS records per second, over all its partitions
     * @param books one for each partition
     */
    public SteadyProducer(
            int id,
            ProducerConfig config,
            String topic,
            double ratePerS,
            Payload payload,
            List<PartitionBook> books,
            Listener listener) {
        this.id = id;
        this.topic = topic;
        this.ratePerS = ratePerS;
        this.payload = payload;
        this.books = List.copyOf(books);
        this.listener = listener;
        this.config = config;
        this.thread = new Thread(this::run, "mill-load-" + id);
    }

    public void start() {
        thread.start();
    }

    /** Sends no more, and returns once everything has its answer; at once where it was never started, or has ended. */
    public void stop() throws InterruptedException {
        isStopping = true;
        thread.join();
    }

    /** Fails as the sending thread did, if it did; after {@link #stop} of one that was started. */
    public void requireEndedWell() throws InterruptedException, IOException {
        Futures.await(ended);
    }

    /** Whether it sends no more; before {@link #stop} that is for a failure of the load itself. */
    public boolean hasEnded() {
        return ended.isDone();
    }

    /** Completes when nothing is sent any more, exceptionally where that is for a failure of the load itself. */
    CompletableFuture<Boolean> ended() {
        return ended;
    }

    /** By how much a record was handed over later than due, at most, in ms: a full buffer, or a machine that stalls. */
    public long latestMs() {
        return TimeUnit.NANOSECONDS.toMillis(latestNs);
    }

    /** How often a record was not even taken. */
    public long refusals() {
        return refusals;
    }

    /** What the producer was told of the first record that failed; null where none has. */
    @Nullable
    MillraceException firstFailure() {
        return firstFailure.get();
    }

    // Closed here, where everything has had its answer by then, whether somebody waits for that or not.
    private void run() {
        try (Producer producer = Producer.open(config)) {
            load(producer);
        } catch (Throwable e) {
            // Nothing where the load itself has failed before.
            ended.completeExceptionally(e);
        } finally {
            ended.complete(true);
        }
    }

    // What goes wrong here, errors too, is told to whoever waits for the end, before what is in flight is waited for.
    private void load(Producer producer) {
        try {
            // Finding the topic is no part of the load: the first records would all be late.
            producer.partitionCount(topic);
            pace(producer);
        } catch (Throwable e) {
            ended.completeExceptionally(e);
        }
    }

    private void pace(Producer producer) {
        long startNs = System.nanoTime();
        long op = 0;
        while (!isStopping) {
            long nowNs = System.nanoTime();
            long dueNs = startNs + (long) (op / ratePerS * NANOS);
            if (nowNs - dueNs < 0) {
                LockSupport.parkNanos(Math.min(dueNs - nowNs, MAX_PAUSE_NS));
            } else {
                latestNs = Math.max(latestNs, nowNs - dueNs);
                send(producer, op, books.get((int) (op % books.size())), nowNs);
                op++;
            }
        }
    }

    // One thread writes, others only read.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void send(Producer producer, long op, PartitionBook book, long nowNs) {
        Sent sent = new Sent(id, op, book.partition(), book.next());
        ProducerRecord record = new ProducerRecord(
                topic,
                sent.partition(),
                ProducerRecord.NOW,
                null,
                payload.encode(sent.partition(), sent.number()),
                List.of());
        listener.onSend(sent, nowNs);
        book.onTaken();
        try {
            producer.send(record, new Answer(book, sent, nowNs));
        } catch (MillraceException e) {
            refusals++;
            fail(book, sent, e);
            LockSupport.parkNanos(PAUSE_AFTER_REFUSAL_NS);
        }
        listener.onHandedOver(sent);
    }

    private void fail(PartitionBook book, Sent sent, MillraceException failure) {
        firstFailure.compareAndSet(null, failure);
        book.onFailed(sent.number(), failure.isDefinite() ? SentRuns.Outcome.REFUSED : SentRuns.Outcome.UNKNOWN);
        listener.onFailed(sent, failure, System.nanoTime());
    }

    private final class Answer implements SendCallback {
        private final PartitionBook book;
        private final Sent sent;
        private final long sentNs;

        Answer(PartitionBook book, Sent sent, long sentNs) {
            this.book = book;
            this.sent = sent;
            this.sentNs = sentNs;
        }

        @Override
        public void onDone(@Nullable RecordReceipt receipt, @Nullable MillraceException failure) {
            if (receipt != null) {
                long nowNs = System.nanoTime();
                book.onAcknowledged(sent.number(), receipt.offset(), sentNs, nowNs);
                listener.onAcknowledged(sent, receipt, nowNs);
            } else if (failure != null) {
                fail(book, sent, failure);
            }
        }
    }
}
