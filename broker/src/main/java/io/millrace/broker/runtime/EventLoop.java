package io.millrace.broker.runtime;

import java.util.concurrent.Executor;

/**
 * The seam for scheduling: runs tasks one at a time, in the order in which they came. What is pinned to a loop needs no
 * lock. A task must not block; a throwable that leaves it goes to the {@link FaultHandler}.
 */
public interface EventLoop extends Executor {

    /** From any thread. After the loop has closed the task is dropped. */
    @Override
    void execute(Runnable task);

    /** Runs {@code task} on the loop, {@code delayNs} nanoseconds from now or a little later. */
    Cancellable schedule(long delayNs, Runnable task);

    /** Whether the caller runs on this loop. */
    boolean inLoop();

    /** A scheduled task that can be called off; without effect once it has run. */
    interface Cancellable {
        void cancel();
    }
}
