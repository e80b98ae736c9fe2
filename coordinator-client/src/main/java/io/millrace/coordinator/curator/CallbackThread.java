package io.millrace.coordinator.curator;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread on which stages complete and listeners run. */
final class CallbackThread implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CallbackThread.class);

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread made = new Thread(task, "mill-zk-0");
        made.setDaemon(true);
        return made;
    });

    CallbackThread() {
        // After close nothing that waits for its time has anybody left to tell.
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void execute(Runnable task) {
        executeAfter(0, task);
    }

    void executeAfter(long delayMs, Runnable task) {
        try {
            // Guarded tasks do not fail, so the future has nothing to tell.
            ScheduledFuture<?> unused = thread.schedule(() -> run(task), delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("Dropped after close", closed);
        }
    }

    /** What a listener throws must not keep the others from being told; whoever watches for faults hears of it. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException fault) {
            LOG.error("A listener of the coordinator failed", fault);
            Thread own = Thread.currentThread();
            own.getUncaughtExceptionHandler().uncaughtException(own, fault);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
