package io.millrace.lab.link;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One direction between two places: whatever flows from the one to the other, in any connection and whoever opened it, asks
 * here whether it may. Safe for threads.
 */
public final class Direction {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean isStalled;
    private long delayMs;
    private int held;

    /** From now on nothing arrives; what was sent arrives after {@link #flow()}, as with a network that loses packets. */
    public void stall() {
        set(true, 0);
    }

    /** From now on each piece, 64 KiB at most, takes so long. */
    public void delay(long newDelayMs) {
        set(false, newDelayMs);
    }

    /** As if it were not there. */
    public void flow() {
        set(false, 0);
    }

    /** Whether nothing arrives. */
    public boolean isStalled() {
        lock.lock();
        try {
            return isStalled;
        } finally {
            lock.unlock();
        }
    }

    /** How many pieces wait. */
    int held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** Returns when a piece that has come may go on. */
    void pass() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            held++;
            long leftNs = TimeUnit.MILLISECONDS.toNanos(delayMs);
            while (isStalled || leftNs > 0) {
                if (isStalled) {
                    changed.await();
                    leftNs = 0;
                } else {
                    leftNs = Math.min(changed.awaitNanos(leftNs), TimeUnit.MILLISECONDS.toNanos(delayMs));
                }
            }
        } finally {
            held--;
            lock.unlock();
        }
    }

    private void set(boolean nowStalled, long newDelayMs) {
        lock.lock();
        try {
            isStalled = nowStalled;
            delayMs = newDelayMs;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
