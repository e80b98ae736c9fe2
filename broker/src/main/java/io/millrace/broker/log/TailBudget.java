package io.millrace.broker.log;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that the tails of all logs may keep in memory together. Any thread. */
final class TailBudget {
    private final AtomicLong left;

    TailBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /** False, and nothing taken, where there is not so much. */
    boolean take(int bytes) {
        long before = left.getAndUpdate(now -> now < bytes ? now : now - bytes);
        return before >= bytes;
    }

    void giveBack(int bytes) {
        left.addAndGet(bytes);
    }
}
