package io.millrace.client;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The bytes that records may take from the time they are taken until they are acknowledged. Safe for threads. */
final class BufferMemory {
    private final long capacityBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Object> line = new ArrayDeque<>();
    private final Runnable onShort;
    private final Supplier<@Nullable MillraceException> whyFull;
    private volatile boolean isShort;
    private volatile boolean isClosed;

    /**
     * @param onShort run when somebody begins to wait: what is held back for company should go
     * @param whyFull what stands in the way of what is in the buffer, null where nothing is known to
     */
    BufferMemory(long capacityBytes, Runnable onShort, Supplier<@Nullable MillraceException> whyFull) {
        this.capacityBytes = capacityBytes;
        this.onShort = onShort;
        this.whyFull = whyFull;
    }

    /**
     * Waits until there is room; who came first is served first.
     *
     * @throws IllegalArgumentException if there never will be
     * @throws MillraceException DEFINITE: TIMED_OUT, or CANCELLED where the thread was interrupted or the producer closed
     */
    void take(long bytes, long deadlineNs) {
        if (bytes > capacityBytes) {
            throw new IllegalArgumentException(
                    "a record of " + bytes + " bytes where all records together may take " + capacityBytes);
        }
        if (isShort || !isTaken(bytes)) {
            takeInLine(bytes, deadlineNs);
        }
    }

    private boolean isTaken(long bytes) {
        long used = usedBytes.get();
        while (used + bytes <= capacityBytes) {
            long witness = usedBytes.compareAndExchange(used, used + bytes);
            if (witness == used) {
                return true;
            }
            used = witness;
        }
        return false;
    }

    private void takeInLine(long bytes, long deadlineNs) {
        Object place = new Object();
        lock.lock();
        try {
            line.addLast(place);
            isShort = true;
            onShort.run();
            while (line.peekFirst() != place || !isTaken(bytes)) {
                awaitChange(deadlineNs);
            }
        } finally {
            line.remove(place);
            isShort = !line.isEmpty();
            changed.signalAll();
            lock.unlock();
        }
    }

    // The caller loops; the wait is here so that its ends are treated in one place.
    @SuppressWarnings("WaitNotInLoop")
    private void awaitChange(long deadlineNs) {
        long leftNs = deadlineNs - System.nanoTime();
        if (isClosed) {
            throw notTaken(Kind.CANCELLED, "the producer was closed", null);
        }
        if (leftNs <= 0) {
            MillraceException why = whyFull.get();
            String what = "no room in the buffer of " + capacityBytes + " bytes";
            throw notTaken(Kind.TIMED_OUT, why == null ? what : what + ": " + why.getMessage(), why);
        }
        try {
            var unused = changed.await(leftNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notTaken(Kind.CANCELLED, "interrupted while waiting for room in the buffer", e);
        }
    }

    void giveBack(long bytes) {
        usedBytes.addAndGet(-bytes);
        if (isShort) {
            signal();
        }
    }

    /** Whether somebody waits. */
    boolean isShort() {
        return isShort;
    }

    long usedBytes() {
        return usedBytes.get();
    }

    /** Whoever waits is told. */
    void close() {
        isClosed = true;
        signal();
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static MillraceException notTaken(Kind kind, String message, @Nullable Throwable cause) {
        return MillraceException.withoutDetail(kind, Certainty.CERTAINTY_DEFINITE, message, cause);
    }
}
