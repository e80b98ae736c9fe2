package io.millrace.broker.rpc;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of this broker's memory calls may hold, all of them together: batches of produce streams between their arrival
 * and their answer, or what consumers have been answered and have not read. What is there counts, not what may come: it is
 * exceeded by one message of each call at most. From any thread.
 */
final class MemoryBudget {

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    MemoryBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    boolean hasRoom() {
        return bytes.get() < maxBytes;
    }

    void take(long taken) {
        bytes.addAndGet(taken);
    }

    /** Also wakes who waits, for as long as there is room. */
    void giveBack(long given) {
        bytes.addAndGet(-given);
        wake();
    }

    /** Runs {@code onRoom} once there is room, which may be now. */
    void await(Runnable onRoom) {
        waiting.add(onRoom);
        wake();
    }

    private void wake() {
        while (hasRoom()) {
            Runnable next = waiting.poll();
            if (next == null) {
                return;
            }
            next.run();
        }
    }
}
