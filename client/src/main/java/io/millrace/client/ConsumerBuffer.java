package io.millrace.client;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where {@link FetchedRecords} pass from the consumer's thread to the polling one, which waits here. Safe for both, and for
 * whoever seeks, pauses or wakes.
 */
final class ConsumerBuffer {
    /** What a group has to say before records are handed out. Asked under the buffer's lock. */
    interface Gate {
        /** Whether the polling thread has something else to do first. */
        boolean mustAct();

        boolean isOpen(long nowNs);

        /** What every poll has to throw; null for nothing. */
        @Nullable
        MillraceException failure();
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final FetchedRecords fetched;
    private @Nullable Gate gate;
    private @Nullable MillraceException heldUpBy;
    private boolean mustWake;
    private boolean isClosed;

    ConsumerBuffer(FetchedRecords.OnConsumed onConsumed) {
        this.fetched = new FetchedRecords(onConsumed);
    }

    private <T> T locked(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }

    /** Whoever waits looks again. */
    private void change(Runnable what) {
        lock.lock();
        try {
            what.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** @return the turn of all these partitions */
    int assign(Map<TopicPartition, StartPosition> starts) {
        return locked(() -> {
            changed.signalAll();
            return fetched.assign(starts);
        });
    }

    /** From now on partitions come and go one by one, and there may be none. */
    void setGate(Gate newGate) {
        change(() -> gate = newGate);
    }

    /** @return the turn of all these partitions */
    int add(Map<TopicPartition, StartPosition> starts) {
        return locked(() -> fetched.add(starts));
    }

    void remove(Collection<TopicPartition> ids) {
        change(() -> fetched.remove(ids));
    }

    /** Hands out nothing more of these, and knows how far the application is until they are removed. */
    void withhold(Collection<TopicPartition> ids) {
        change(() -> fetched.withhold(ids));
    }

    /** How far the application is, where that is known. */
    Map<TopicPartition, CommitPosition> positions() {
        return locked(fetched::commitPositions);
    }

    /** The polling thread looks again whether it has something to do. */
    void nudge() {
        change(() -> {});
    }

    /** @return the partition's new turn */
    int seek(TopicPartition id, StartPosition position) {
        return locked(() -> fetched.seek(id, position));
    }

    void pause(Collection<TopicPartition> ids, boolean isPaused) {
        change(() -> fetched.pause(ids, isPaused));
    }

    Set<TopicPartition> assigned() {
        return locked(fetched::assigned);
    }

    void onFound(TopicPartition id, int turn, long offset) {
        change(() -> fetched.onFound(id, turn, offset));
    }

    void onFailed(TopicPartition id, int turn, MillraceException failure) {
        change(() -> {
            PartitionPosition position = fetched.in(id, turn);
            if (position != null) {
                position.onFailed(failure);
            }
        });
    }

    /** No partition can be read any more. */
    void onAllFailed(MillraceException failure) {
        change(() -> fetched.failAll(failure));
    }

    /** What some partitions wait for, which may pass; null once they do not. Said to whoever waits too long for one. */
    void onHeldUp(@Nullable MillraceException why) {
        change(() -> heldUpBy = why);
    }

    void add(Fetched some) {
        change(() -> fetched.add(some));
    }

    /** Returns as soon as there is something, or somebody wakes it, or the time is over. */
    ConsumerRecords poll(long timeoutNs) {
        ConsumerRecords records = pollOrAct(timeoutNs);
        return records == null ? ConsumerRecords.NONE : records;
    }

    /** The same, or null as soon as the gate has something else to do. */
    @Nullable
    ConsumerRecords pollOrAct(long timeoutNs) {
        long deadlineNs = System.nanoTime() + timeoutNs;
        lock.lock();
        try {
            while (true) {
                throwIfOver();
                Gate asked = gate;
                if (asked != null && asked.mustAct()) {
                    return null;
                }
                long nowNs = System.nanoTime();
                ConsumerRecords records = asked == null || asked.isOpen(nowNs) ? fetched.take() : ConsumerRecords.NONE;
                long leftNs = deadlineNs - nowNs;
                if (!records.isEmpty() || mustWake || leftNs <= 0) {
                    mustWake = false;
                    return records;
                }
                awaitChange(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    private void throwIfOver() {
        if (isClosed) {
            throw new IllegalStateException("the consumer is closed");
        }
        MillraceException ofGroup = gate == null ? null : gate.failure();
        MillraceException failure = ofGroup == null ? fetched.failure() : ofGroup;
        if (failure != null) {
            throw Blocking.rethrown(failure);
        }
        if (fetched.isEmpty() && gate == null) {
            throw new IllegalStateException("nothing is assigned that could be read: call assign or subscribe first");
        }
    }

    /** Waits until the partition's start position is known. */
    long position(TopicPartition id, long timeoutMs) {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        lock.lock();
        try {
            while (true) {
                PartitionPosition position = fetched.of(id);
                MillraceException failure = position.failure();
                long leftNs = deadlineNs - System.nanoTime();
                if (position.offset() >= 0) {
                    return position.offset();
                }
                if (failure != null) {
                    throw Blocking.rethrown(failure);
                }
                if (isClosed || leftNs <= 0) {
                    throw notFound(id);
                }
                awaitChange(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    private MillraceException notFound(TopicPartition id) {
        MillraceException why = heldUpBy;
        String words = "the start of " + id + " was not found in time";
        return MillraceException.withoutDetail(
                isClosed ? Kind.CANCELLED : Kind.TIMED_OUT,
                Certainty.CERTAINTY_DEFINITE,
                why == null ? words : words + ": " + why.getMessage(),
                why);
    }

    // Every caller loops; the wait is here so that the interrupt is treated in one place.
    @SuppressWarnings("WaitNotInLoop")
    private void awaitChange(long leftNs) {
        try {
            var unused = changed.await(leftNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw MillraceException.withoutDetail(
                    Kind.CANCELLED, Certainty.CERTAINTY_DEFINITE, "interrupted while waiting for records", e);
        }
    }

    void wakeup() {
        change(() -> mustWake = true);
    }

    void close() {
        change(() -> {
            isClosed = true;
            fetched.close();
        });
    }
}
