package io.millrace.client;

import io.millrace.record.BatchLayout;
import io.millrace.record.Header;
import io.millrace.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition that wait: full batches, and the one being filled. Applications' threads encode into it
 * under its lock, the producer's thread takes from it.
 */
final class PartitionBuffer implements BatchSource {
    /** A batch costs brokers much the same whatever it holds; at most so long it waits for the one before to be answered. */
    private static final long BUSY_LINGER_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final TopicPartition partition;
    private final ProducerConfig config;
    private final Owner owner;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<ProducerBatch> full = new ArrayDeque<>();
    private @Nullable ProducerBatch open;
    private int fillBytes;
    private boolean isAwake;

    /** What the producer has to say to its buffers, and they to it. On applications' threads too. */
    interface Owner {
        /** Whether nothing is to be held back for company. */
        boolean isUrgent();

        /** Whether nothing is taken any more; once true, always. */
        boolean isOver();

        /** A batch was begun. */
        void onBegun(ProducerBatch batch);

        /** The largest batch that the topic takes, as encoded. */
        int maxBatchBytes(String topic);

        /** Something waits here, and nobody knows. */
        void onWork(PartitionBuffer buffer);
    }

    PartitionBuffer(TopicPartition partition, ProducerConfig config, Owner owner) {
        this.partition = partition;
        this.config = config;
        this.owner = owner;
    }

    TopicPartition partition() {
        return partition;
    }

    /** What happened with a record, and what it means for whoever wakes the producer's thread. */
    enum Appended {
        /** Nobody takes from this buffer any more. */
        REFUSED,
        /** To a batch that waits anyway. */
        QUIETLY,
        /** A batch was begun, or has become full: it may be time to send. */
        WITH_NEWS
    }

    Appended append(long timestampMs, ProducerRecord record, long reserved, SendCallback callback) {
        boolean isNews = false;
        boolean mustWake;
        lock.lock();
        try {
            if (owner.isOver()) {
                return Appended.REFUSED;
            }
            ProducerBatch batch = open;
            if (batch != null && batch.reservedBytes() + reserved > fillBytes) {
                full.add(batch);
                batch = null;
            }
            if (batch == null) {
                batch = begin();
                isNews = true;
            }
            batch.append(timestampMs, record.key(), record.value(), record.headers(), reserved, callback);
            mustWake = !isAwake;
            isAwake = true;
        } finally {
            lock.unlock();
        }
        if (mustWake) {
            owner.onWork(this);
        }
        return isNews ? Appended.WITH_NEWS : Appended.QUIETLY;
    }

    private ProducerBatch begin() {
        long nowNs = System.nanoTime();
        long deadlineNs = nowNs + TimeUnit.MILLISECONDS.toNanos(config.deliveryTimeoutMs());
        ProducerBatch batch = new ProducerBatch(partition, config.codec(), nowNs, deadlineNs);
        open = batch;
        fillBytes = Math.min(config.batchMaxBytes(), owner.maxBatchBytes(partition.topic()) - BatchLayout.HEADER_BYTES);
        owner.onBegun(batch);
        return batch;
    }

    /** How much of the producer's buffer a record needs. */
    static int reservation(@Nullable ByteBuffer key, @Nullable ByteBuffer value, List<Header> headers) {
        return RecordBatchBuilder.maxRecordSizeInBytes(key, value, headers);
    }

    @Override
    public long readyInNs(long nowNs, boolean isBusy) {
        lock.lock();
        try {
            return readyIn(nowNs, isBusy);
        } finally {
            lock.unlock();
        }
    }

    private long readyIn(long nowNs, boolean isBusy) {
        if (!full.isEmpty()) {
            return 0;
        }
        ProducerBatch batch = open;
        if (batch == null) {
            return Long.MAX_VALUE;
        }
        if (owner.isUrgent()) {
            return 0;
        }
        long idleLingerNs = TimeUnit.MILLISECONDS.toNanos(config.lingerMs());
        long lingerNs = isBusy ? Math.max(idleLingerNs, BUSY_LINGER_NS) : idleLingerNs;
        return Math.max(0, batch.createdNs() + lingerNs - nowNs);
    }

    @Override
    public @Nullable ProducerBatch take(long nowNs, boolean isBusy) {
        lock.lock();
        try {
            return readyIn(nowNs, isBusy) > 0 ? null : poll();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable ProducerBatch poll() {
        ProducerBatch first = full.poll();
        if (first == null) {
            first = open;
            open = null;
        }
        return first;
    }

    @Override
    public @Nullable ProducerBatch takeExpired(long nowNs, boolean all) {
        lock.lock();
        try {
            ProducerBatch first = full.isEmpty() ? open : full.peek();
            boolean isDue = first != null && (all || nowNs - first.deadlineNs() >= 0);
            return isDue ? poll() : null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean sleep() {
        lock.lock();
        try {
            isAwake = !full.isEmpty() || open != null;
            return !isAwake;
        } finally {
            lock.unlock();
        }
    }
}
