package io.millrace.broker.rpc;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of this broker's memory the batches of produce streams may hold between their arrival and their answer, all
 * streams together; unary calls are not counted. What is there counts, not what may come: it is exceeded by one batch of
 * each stream at most. From any thread.
 */
final class ProduceBudget {

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    ProduceBudget(long maxBytes) {
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
