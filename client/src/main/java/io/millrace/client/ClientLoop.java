package io.millrace.client;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which a machine lives. gRPC delivers the events of the machine's streams here, so nothing has to be
 * handed over a second time; after whatever has happened, and at the latest after the time it asked for, comes the step.
 */
final class ClientLoop implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLoop.class);

    /** What the owner does between events. */
    interface Step {
        /** @return after how many ns to come again if nothing happens */
        long run(long nowNs);

        /** The machine is broken: nothing will be run any more. */
        void onFault(Throwable fault);
    }

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isSignalled = new AtomicBoolean();
    private final Step step;
    private final Thread thread;
    private volatile boolean isStopped;
    private volatile boolean hasFailed;

    ClientLoop(String name, Step step) {
        this.step = step;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** What comes after the end is dropped: it is news of streams that nobody waits for. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wake();
    }

    /** Runs the step soon. Costs next to nothing where that is due already. */
    void wake() {
        if (!isSignalled.get() && !isSignalled.getAndSet(true)) {
            LockSupport.unpark(thread);
        }
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** No step begins any more. */
    void stop() {
        isStopped = true;
        wake();
    }

    /** Whether a fault has ended it. */
    boolean hasFailed() {
        return hasFailed;
    }

    private void run() {
        try {
            while (!isStopped) {
                isSignalled.set(false);
                runTasks();
                long waitNs = step.run(System.nanoTime());
                if (!isSignalled.get()) {
                    LockSupport.parkNanos(this, Math.min(waitNs, TimeUnit.SECONDS.toNanos(1)));
                    // Only a callback of the application's can have set it, and it would make every wait end at once.
                    Thread.interrupted();
                }
            }
        } catch (RuntimeException | Error fault) {
            LOG.error("{} has failed and ends", thread.getName(), fault);
            hasFailed = true;
            step.onFault(fault);
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
