package io.millrace.broker.runtime;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An event loop with a thread of its own. */
public final class ThreadedEventLoop implements EventLoop, AutoCloseable {

    private final String name;
    private final FaultHandler faults;
    private final ScheduledThreadPoolExecutor executor;
    private volatile @Nullable Thread thread;

    /** @param name of the thread, at most 15 characters */
    public ThreadedEventLoop(String name, FaultHandler faults) {
        this.name = name;
        this.faults = faults;
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, name);
            thread = created;
            return created;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(guarded(task));
        } catch (RejectedExecutionException closed) {
            // The contract: what comes after close is dropped.
            return;
        }
    }

    @Override
    public Cancellable schedule(long delayNs, Runnable task) {
        try {
            ScheduledFuture<?> future = executor.schedule(guarded(task), delayNs, TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /** Runs what is queued, then ends the thread; waits for it at most ten seconds. Never interrupts (D9). */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!inLoop() && !executor.awaitTermination(10, TimeUnit.SECONDS)) {
                faults.onFault(name, new IllegalStateException("loop did not end within 10 s"));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable fault) {
                faults.onFault(name, fault);
            }
        };
    }
}
