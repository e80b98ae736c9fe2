package io.millrace.client;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Acks;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.record.Header;
import io.millrace.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to one partition in the order in which they are appended. One batch is in flight at a time; what is
 * appended meanwhile makes the next, so a slow source sends each record at once and a fast one fills whole batches.
 *
 * <p>With acks ALL the writer is idempotent: it takes a producer id of its own before the first batch, and sends a batch
 * again after any failure that may pass, until the client's timeout. Brokers store it once and in order, over changes of
 * leader too. With acks LEADER a record that was acknowledged may be lost with its leader, and the gap would be refused
 * for ever; so there, and with acks NONE, no producer is named, and an INDETERMINATE failure is final.
 *
 * <p>The first batch that fails stops the writer: nothing behind it is sent, so what is stored is always a prefix of
 * what was appended, but for that batch itself where its failure is INDETERMINATE. Nothing is written twice.
 *
 * <p>Safe for threads; the order of records is that in which {@code append} gets the lock.
 */
public final class PartitionWriter implements AutoCloseable {

    /**
     * Where one record went.
     *
     * @param batch the answer for the batch it travels in, shared by all records of it; fails with a
     *     {@link MillraceException}, which is DEFINITE where the record was never sent
     * @param index of the record in its batch
     */
    public record Pending(CompletableFuture<ProduceResponse> batch, int index) {
        /** The record's offset; -1 with acks NONE, where nobody knows it. */
        public CompletableFuture<Long> offset() {
            return batch.thenApply(answer -> answer.getBaseOffset() < 0 ? -1 : answer.getBaseOffset() + index);
        }
    }

    /** A batch being filled. */
    private static final class Filling {
        final RecordBatchBuilder records;
        final CompletableFuture<ProduceResponse> answer = new CompletableFuture<>();

        Filling(WriterConfig config) {
            records = new RecordBatchBuilder(config.codec());
        }
    }

    private final MillraceClient client;
    private final String topic;
    private final int partition;
    private final WriterConfig config;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ProducerSequences sequences;
    private @Nullable Filling filling;
    private boolean isInFlight;
    private @Nullable MillraceException failure;
    private boolean isClosed;

    public PartitionWriter(MillraceClient client, String topic, int partition, WriterConfig config) {
        this.client = client;
        this.topic = topic;
        this.partition = partition;
        this.config = config;
        this.sequences = new ProducerSequences(client);
    }

    /**
     * Takes a record; blocks while the batch in flight and the one behind it are full. The bytes are copied.
     *
     * @param timestampMs milliseconds since the epoch, 0 or more
     * @throws MillraceException if an earlier batch failed, or the thread was interrupted: the record was not taken
     */
    public Pending append(
            long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<Header> headers) {
        lock.lock();
        try {
            awaitRoom(RecordBatchBuilder.maxRecordSizeInBytes(key, value, headers));
            Filling batch = filling == null ? new Filling(config) : filling;
            batch.records.append(timestampMs, key, value, headers);
            filling = batch;
            Pending pending = new Pending(batch.answer, batch.records.recordCount() - 1);
            sendNext();
            return pending;
        } finally {
            lock.unlock();
        }
    }

    /** Returns once everything appended so far is acknowledged; throws what stopped the writer otherwise. */
    public void flush() {
        lock.lock();
        try {
            while (failure == null && (isInFlight || filling != null)) {
                awaitChange();
            }
            if (failure != null) {
                throw Blocking.rethrown(failure);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for what was appended, then takes no more. Does not throw what stopped the writer: the futures of the records
     * have it, and {@link #flush()} does.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            while (isInFlight || filling != null) {
                awaitChange();
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom(int recordBytes) {
        while (true) {
            throwIfFailed();
            if (isClosed) {
                throw new IllegalStateException("the writer is closed");
            }
            if (filling == null || filling.records.estimatedSizeInBytes() + recordBytes <= config.maxBatchBytes()) {
                return;
            }
            awaitChange();
        }
    }

    /** Under the lock. A batch that cannot be sent waits here until the answer for the one before it comes. */
    private void sendNext() {
        Filling next = filling;
        if (isInFlight || next == null) {
            return;
        }
        filling = null;
        isInFlight = true;
        var unused = send(next.records).whenComplete((answer, thrown) -> onDone(next, answer, thrown));
    }

    private CompletableFuture<ProduceResponse> send(RecordBatchBuilder records) {
        return config.acks() == Acks.ACKS_ALL ? sequences.mark(records).thenCompose(this::produce) : produce(records);
    }

    private CompletableFuture<ProduceResponse> produce(RecordBatchBuilder records) {
        return client.produceAsync(topic, partition, records.build(), config.acks());
    }

    private void onDone(Filling done, @Nullable ProduceResponse answer, @Nullable Throwable wrapped) {
        MillraceException thrown = wrapped == null ? null : RetryingCall.unwrap(wrapped);
        // Outside the lock, and before it is told to others: whoever waits in flush() finds the futures completed.
        if (thrown == null) {
            done.answer.complete(answer);
        } else {
            done.answer.completeExceptionally(thrown);
        }
        Filling dropped = thrown == null ? advance() : stop(thrown);
        if (dropped != null) {
            dropped.answer.completeExceptionally(notSent());
        }
    }

    private @Nullable Filling advance() {
        lock.lock();
        try {
            isInFlight = false;
            sendNext();
            changed.signalAll();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the batch that will never be sent. */
    private @Nullable Filling stop(MillraceException thrown) {
        lock.lock();
        try {
            isInFlight = false;
            failure = thrown;
            Filling dropped = filling;
            filling = null;
            changed.signalAll();
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    private void throwIfFailed() {
        if (failure != null) {
            throw notSent();
        }
    }

    private MillraceException notSent() {
        MillraceException first = failure;
        return MillraceException.withoutDetail(
                Kind.CANCELLED,
                Certainty.CERTAINTY_DEFINITE,
                "not sent, because a batch before it failed: " + (first == null ? "" : first.getMessage()),
                first);
    }

    // Every caller loops; the wait is here so that the interrupt is treated in one place.
    @SuppressWarnings("WaitNotInLoop")
    private void awaitChange() {
        try {
            changed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw MillraceException.withoutDetail(
                    Kind.CANCELLED, Certainty.CERTAINTY_DEFINITE, "interrupted while waiting for room", e);
        }
    }
}
