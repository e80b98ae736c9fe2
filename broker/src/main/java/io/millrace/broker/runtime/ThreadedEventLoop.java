package io.millrace.broker.runtime;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An event loop with a thread of its own. Tasks come through a queue without locks, and whoever brings one wakes the
 * thread only if it sleeps: under load it does not, and a scheduled executor would pay for a lock and a signal each time.
 */
public final class ThreadedEventLoop implements EventLoop, AutoCloseable {

    private static final long END_WITHIN_MS = 10_000;
    private static final Comparator<Timer> BY_TIME =
            Comparator.<Timer>comparingLong(timer -> timer.dueNs).thenComparingLong(timer -> timer.number);

    private final String name;
    private final FaultHandler faults;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** Of the loop alone. */
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(BY_TIME);

    private final long startNs = System.nanoTime();
    private long timersMade;
    private volatile boolean isAsleep;
    private volatile boolean isClosed;

    /** @param name of the thread, at most 15 characters */
    public ThreadedEventLoop(String name, FaultHandler faults) {
        this.name = name;
        this.faults = faults;
        this.thread = new Thread(this::run, name);
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        if (isClosed) {
            // The contract: what comes after close is dropped.
            return;
        }
        tasks.add(task);
        if (isAsleep) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public Cancellable schedule(long delayNs, Runnable task) {
        Timer timer = new Timer(nowNs() + delayNs, task);
        if (inLoop()) {
            add(timer);
        } else {
            execute(() -> add(timer));
        }
        return () -> cancel(timer);
    }

    private void add(Timer timer) {
        if (timer.task != null) {
            timer.number = timersMade++;
            timers.add(timer);
        }
    }

    private void cancel(Timer timer) {
        timer.task = null;
        if (inLoop()) {
            timers.remove(timer);
        } else {
            execute(() -> timers.remove(timer));
        }
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    private void run() {
        while (true) {
            boolean wasClosed = isClosed;
            boolean hasRunTasks = runTasks();
            boolean hasRunTimers = runTimers();
            if (!hasRunTasks && !hasRunTimers) {
                if (wasClosed) {
                    return;
                }
                sleep();
            }
        }
    }

    private boolean runTasks() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        // Timers get their turn, all that are due, however fast tasks come.
        for (int left = 256; task != null && left > 0; left--) {
            guarded(task);
            task = left == 1 ? null : tasks.poll();
        }
        return true;
    }

    private boolean runTimers() {
        long nowNs = nowNs();
        boolean hasRun = false;
        Timer first = timers.peek();
        while (first != null && first.dueNs <= nowNs && !isClosed) {
            timers.remove();
            Runnable task = first.task;
            if (task != null) {
                guarded(task);
            }
            hasRun = true;
            first = timers.peek();
        }
        return hasRun;
    }

    /** Who adds a task sees that the loop sleeps, or the loop sees the task: each writes first and reads then. */
    private void sleep() {
        isAsleep = true;
        if (tasks.isEmpty() && !isClosed) {
            Timer first = timers.peek();
            if (first == null) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, first.dueNs - nowNs());
            }
        }
        isAsleep = false;
    }

    /** Since the loop was made, so that no comparison meets an overflow. */
    private long nowNs() {
        return System.nanoTime() - startNs;
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable fault) {
            faults.onFault(name, fault);
        }
    }

    /** Runs what is queued, then ends the thread; waits for it at most ten seconds. Never interrupts (D9). */
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        if (inLoop()) {
            return;
        }
        try {
            thread.join(END_WITHIN_MS);
            if (thread.isAlive()) {
                faults.onFault(
                        name,
                        new IllegalStateException(
                                "loop did not end within " + TimeUnit.MILLISECONDS.toSeconds(END_WITHIN_MS) + " s"));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One scheduled task; without one once it has been called off. */
    private static final class Timer {
        final long dueNs;
        /** Given on the loop: of two that are due at the same time the first one asked for comes first. */
        long number;

        volatile @Nullable Runnable task;

        Timer(long dueNs, Runnable task) {
            this.dueNs = dueNs;
            this.task = task;
        }
    }
}
