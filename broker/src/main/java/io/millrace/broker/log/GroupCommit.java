package io.millrace.broker.log;

import io.millrace.broker.core.Durability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Syncs logs for many waiters at once: while a log's sync runs, requests for it collect for its next one. Syncs of
 * different logs do not wait for each other as long as there is a thread.
 */
public final class GroupCommit implements AutoCloseable {
    /** With REPLICATED, what may lie in the page cache before the disk is set to work. */
    static final int BACKGROUND_SYNC_BYTES = 8 << 20;

    private final Executor flushThreads;

    /** For each log whose sync is due or running, who waits for the next one. Guarded by this, as is the flag. */
    private final Map<PartitionLog, List<Waiter>> waiting = new HashMap<>();

    private boolean isClosed;

    /**
     * @param flushThreads runs the syncs; any number of threads. They stay the caller's, to be ended after {@link #close}
     */
    public GroupCommit(Executor flushThreads) {
        this.flushThreads = flushThreads;
    }

    /**
     * Calls {@code done} on {@code loop} once everything appended to {@code log} before this call is stored as the log's
     * durability demands, or the log has failed. Any thread. With REPLICATED it is stored already; the disk is then
     * synced in the background from time to time.
     */
    public void request(PartitionLog log, Executor loop, Consumer<FlushResult> done) {
        Waiter waiter = new Waiter(loop, done);
        if (log.config().durability() == Durability.FSYNC) {
            enqueue(log, waiter);
            return;
        }
        waiter.tell(log.failure()
                .<FlushResult>map(FlushResult.Failed::new)
                .orElseGet(() -> new FlushResult.Stored(log.logEndOffset())));
        if (log.unsyncedBytes() >= BACKGROUND_SYNC_BYTES) {
            enqueue(log, null);
        }
    }

    private void enqueue(PartitionLog log, @Nullable Waiter waiter) {
        if (!isAccepted(log, waiter) && waiter != null) {
            waiter.tell(new FlushResult.Failed(new LogFailedException("the broker is stopping")));
        }
    }

    private synchronized boolean isAccepted(PartitionLog log, @Nullable Waiter waiter) {
        if (isClosed) {
            return false;
        }
        List<Waiter> waiters = waiting.get(log);
        boolean isIdle = waiters == null;
        if (waiters == null) {
            waiters = new ArrayList<>();
            waiting.put(log, waiters);
        }
        if (waiter != null) {
            waiters.add(waiter);
        }
        if (isIdle) {
            flushThreads.execute(() -> flush(log));
        }
        return true;
    }

    private void flush(PartitionLog log) {
        try {
            List<Waiter> served = takeWaiters(log);
            FlushResult result = sync(log);
            served.forEach(waiter -> waiter.tell(result));
        } finally {
            goOn(log);
        }
    }

    private static FlushResult sync(PartitionLog log) {
        try {
            return new FlushResult.Stored(log.sync());
        } catch (LogFailedException failed) {
            return new FlushResult.Failed(failed);
        }
    }

    /** Before the sync begins: who asks from now on may have appended what it does not cover. */
    private synchronized List<Waiter> takeWaiters(PartitionLog log) {
        List<Waiter> served = waiting.put(log, new ArrayList<>());
        return served == null ? List.of() : served;
    }

    /** Behind the other logs that are due, if somebody waits again. */
    private synchronized void goOn(PartitionLog log) {
        if (List.of().equals(waiting.get(log))) {
            waiting.remove(log);
            notifyAll();
        } else {
            flushThreads.execute(() -> flush(log));
        }
    }

    /** Waits until every request is answered. What is requested afterwards is answered with a failure. */
    @Override
    public synchronized void close() {
        isClosed = true;
        boolean wasInterrupted = false;
        while (!waiting.isEmpty()) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                // Who waits for an answer gets it first: it comes from the disk, so it comes.
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private record Waiter(Executor loop, Consumer<FlushResult> done) {
        void tell(FlushResult result) {
            loop.execute(() -> done.accept(result));
        }
    }
}
