package io.millrace.client;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to any partitions of any topics, in batches, over one stream to each leader. Safe for threads; the order
 * within a partition is that in which {@code send} gets its lock.
 *
 * <p>With acks ALL each record is stored once and in order, however often a leader fails or moves, until the delivery
 * timeout. A record that fails says DEFINITE or INDETERMINATE of itself, and those behind it go on. With acks LEADER and
 * NONE an acknowledged record may be lost; one that may have been stored is not sent again.
 *
 * <p>A batch is bounded twice: by {@link ProducerConfig#batchMaxBytes}, and by what its topic takes ({@code
 * maxBatchBytes}, 1 MiB by default). A record that the topic does not take fails its own future, RECORD_TOO_LARGE and
 * DEFINITE.
 *
 * <p>Futures and callbacks are completed on the producer's own thread, in the order of the partition; they may not block
 * it. A record's bytes are copied before {@code send} returns.
 */
public final class Producer implements AutoCloseable {
    private final ProducerConfig config;
    private final ProducerEngine engine;
    private final Map<String, TopicBuffers> topics = new ConcurrentHashMap<>();
    private volatile boolean isClosed;

    private Producer(ProducerConfig config) {
        this.config = config;
        this.engine = new ProducerEngine(config);
    }

    /** Connects when the first record is sent. To be closed. */
    public static Producer open(ProducerConfig config) {
        Producer producer = new Producer(config);
        producer.engine.start();
        return producer;
    }

    /** The future and its callback in one, since there is one for each record. */
    private static final class Receipt extends CompletableFuture<RecordReceipt> implements SendCallback {
        @Override
        public void onDone(@Nullable RecordReceipt receipt, @Nullable MillraceException failure) {
            if (failure == null) {
                complete(receipt);
            } else {
                completeExceptionally(failure);
            }
        }
    }

    /**
     * Takes a record; blocks up to {@code maxBlockMs} while the buffer is full or the topic is not known.
     *
     * @return fails with a {@link MillraceException} only
     * @throws MillraceException if the record was not taken, always DEFINITE: TIMED_OUT after {@code maxBlockMs} or where
     *     no broker says anything, UNREACHABLE where all addresses refuse and no broker has answered yet, REFUSED where
     *     there is no such topic, CANCELLED where the thread was interrupted or the producer closed meanwhile
     * @throws IllegalArgumentException if the topic does not have the partition, the whole buffer is too small for the
     *     record, or its headers cannot be written
     * @throws IllegalStateException if the producer is closed
     */
    public CompletableFuture<RecordReceipt> send(ProducerRecord record) {
        Receipt receipt = new Receipt();
        send(record, receipt);
        return receipt;
    }

    /** The same without a future, for whom it is too much to have one for each record. */
    public void send(ProducerRecord record, SendCallback callback) {
        if (isClosed || engine.isBroken()) {
            throw new IllegalStateException("the producer is closed");
        }
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.maxBlockMs());
        TopicBuffers known = topics.get(record.topic());
        TopicBuffers topic = known == null ? awaitTopic(record.topic(), deadlineNs) : known;
        int bytes = PartitionBuffer.reservation(record.key(), record.value(), record.headers());
        engine.memory().take(bytes, deadlineNs);
        boolean isTaken = false;
        try {
            isTaken = append(topic, record, bytes, callback);
        } finally {
            if (!isTaken) {
                engine.memory().giveBack(bytes);
            }
        }
    }

    private boolean append(TopicBuffers topic, ProducerRecord record, int bytes, SendCallback callback) {
        long timestampMs =
                record.timestampMs() == ProducerRecord.NOW ? System.currentTimeMillis() : record.timestampMs();
        PartitionBuffer buffer = topic.choose(record, bytes);
        switch (buffer.append(timestampMs, record, bytes, callback)) {
            case REFUSED -> throw new IllegalStateException("the producer is closed");
            case WITH_NEWS -> engine.wake();
            case QUIETLY -> {
                // Who takes the batch knows of it.
            }
        }
        return true;
    }

    /**
     * How many partitions the topic has; blocks up to {@code maxBlockMs} until a broker has told, which the first record
     * for it then need not.
     *
     * @throws MillraceException as {@link #send} does for a topic that is not there or not known in time
     * @throws IllegalStateException if the producer is closed
     */
    public int partitionCount(String topic) {
        if (isClosed || engine.isBroken()) {
            throw new IllegalStateException("the producer is closed");
        }
        awaitTopic(topic, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.maxBlockMs()));
        return engine.network().routes().partitionCount(topic);
    }

    private TopicBuffers awaitTopic(String topic, long deadlineNs) {
        while (engine.network().routes().partitionCount(topic) == 0) {
            long leftNs = deadlineNs - System.nanoTime();
            if (leftNs <= 0) {
                throw unknownInTime(topic);
            }
            awaitNews(topic, leftNs);
        }
        return topics.computeIfAbsent(topic, engine::topic);
    }

    private void awaitNews(String topic, long leftNs) {
        try {
            Blocking.await(engine.network().news(topic).copy().orTimeout(leftNs, TimeUnit.NANOSECONDS));
        } catch (MillraceException e) {
            Throwable cause = e.getCause();
            throw cause instanceof TimeoutException ? unknownInTime(topic) : e.as(Certainty.CERTAINTY_DEFINITE);
        }
    }

    private static MillraceException unknownInTime(String topic) {
        return MillraceException.withoutDetail(
                Kind.TIMED_OUT,
                Certainty.CERTAINTY_DEFINITE,
                "no broker described topic '" + topic + "' in time",
                null);
    }

    /**
     * Sends what is held back for company, and returns once every record sent before is acknowledged or has failed; which
     * of the two its future says.
     *
     * @throws MillraceException CANCELLED if the thread was interrupted; the records are still on their way
     * @throws IllegalStateException from a callback: what it waits for would be told by the same thread
     */
    public void flush() {
        if (engine.isOnLoop()) {
            throw new IllegalStateException("flush from a callback would wait for itself");
        }
        try {
            var unused = engine.awaitAll(Long.MAX_VALUE / 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw MillraceException.withoutDetail(
                    Kind.CANCELLED, Certainty.CERTAINTY_INDETERMINATE, "interrupted while flushing", e);
        }
    }

    /** Takes no more records, and waits for those taken as long as the delivery timeout lets them be under way. */
    @Override
    public void close() {
        close(config.deliveryTimeoutMs());
    }

    /**
     * Takes no more records, waits so long for those taken, and fails what is left: DEFINITE where it was never sent. Called
     * from a callback it does not wait, and neither does it where the thread is interrupted.
     */
    public void close(long timeoutMs) {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            if (!engine.isOnLoop() && !engine.isBroken()) {
                var unused = engine.awaitAll(TimeUnit.MILLISECONDS.toNanos(timeoutMs));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            engine.stop();
        }
    }
}
