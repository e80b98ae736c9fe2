package io.millrace.lab.run;

import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.ProducerConfig;
import io.millrace.client.ProducerRecord;
import io.millrace.client.RecordReceipt;
import io.millrace.client.SendCallback;
import io.millrace.lab.drill.Payload;
import io.millrace.lab.drill.SentRuns;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One idempotent producer that writes at a steady rate, round robin over partitions that nobody else writes: each record
 * has its due time, and what is late is sent at once.
 */
final class ProducerLoad {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PAUSE_AFTER_REFUSAL_MS = 100;
    // Longer than any fault: a record that fails for lack of time says little about the cluster.
    private static final long DELIVERY_TIMEOUT_MS = TimeUnit.MINUTES.toMillis(3);

    private final int id;
    private final List<PartitionBook> books;
    private final Recorder recorder;
    private final RunPlan plan;
    private final Payload payload;
    private final Producer producer;
    private final Thread thread;
    private volatile boolean isStopping;
    private volatile long latestNs;
    private long op;
    private final AtomicLong refusals = new AtomicLong();

    ProducerLoad(
            int id, String bootstrap, RunPlan plan, Payload payload, List<PartitionBook> books, Recorder recorder) {
        this.id = id;
        this.plan = plan;
        this.payload = payload;
        this.books = books;
        this.recorder = recorder;
        this.producer = Producer.open(ProducerConfig.of(bootstrap).withDeliveryTimeoutMs(DELIVERY_TIMEOUT_MS));
        this.thread = new Thread(this::run, "mill-load-" + id);
    }

    void start() {
        thread.start();
    }

    /** Sends no more, and returns once everything has its answer. */
    void stop() throws InterruptedException {
        isStopping = true;
        thread.join();
        producer.close();
    }

    /** By how much a record was handed over later than due, at most. */
    long latestMs() {
        return TimeUnit.NANOSECONDS.toMillis(latestNs);
    }

    /** How often a record was not even taken. */
    long refusals() {
        return refusals.get();
    }

    private void run() {
        long startNs = System.nanoTime();
        double ratePerS = (double) plan.ratePerS() * books.size() / plan.partitions();
        long number = 0;
        while (!isStopping) {
            long nowNs = System.nanoTime();
            long dueNs = startNs + (long) (number / ratePerS * NANOS);
            if (nowNs - dueNs < 0) {
                LockSupport.parkNanos(Math.min(dueNs - nowNs, MAX_PAUSE_NS));
            } else {
                send(books.get((int) (number % books.size())));
                latestNs = Math.max(latestNs, nowNs - dueNs);
                number++;
            }
        }
    }

    private void send(PartitionBook book) {
        Sent sent = new Sent(id, op++, book.partition(), book.next());
        long nowNs = System.nanoTime();
        ProducerRecord record = ProducerRecord.of(
                        plan.topic(),
                        payload.encode(sent.partition(), sent.number()).array())
                .withPartition(sent.partition());
        recorder.onSend(sent, nowNs);
        book.onTaken();
        try {
            producer.send(record, new Answer(book, sent, nowNs));
        } catch (MillraceException e) {
            refusals.incrementAndGet();
            fail(book, sent, e);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_AFTER_REFUSAL_MS));
        }
    }

    private void fail(PartitionBook book, Sent sent, MillraceException failure) {
        boolean isDefinite = failure.isDefinite();
        book.onFailed(sent.number(), isDefinite ? SentRuns.Outcome.REFUSED : SentRuns.Outcome.UNKNOWN);
        recorder.onFailed(sent, isDefinite, FailureWord.of(failure), System.nanoTime());
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
                recorder.onAcknowledged(sent, receipt.offset(), receipt.leaderEpoch(), nowNs);
            } else if (failure != null) {
                fail(book, sent, failure);
            }
        }
    }
}
