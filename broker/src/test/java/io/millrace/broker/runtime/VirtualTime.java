package io.millrace.broker.runtime;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A clock and a scheduler for tests: any number of loops on the test's thread, time that moves only when it is told to or
 * when there is nothing left to do before the next timer. Tasks of one moment run in the order in which they came.
 */
public final class VirtualTime implements Clock {

    private final PriorityQueue<Task> queue = new PriorityQueue<>(
            Comparator.<Task>comparingLong(task -> task.atNs).thenComparingLong(task -> task.order));
    private long nowNs;
    private long order;

    private static final class Task {
        final long atNs;
        final long order;
        final Runnable work;

        Task(long atNs, long order, Runnable work) {
            this.atNs = atNs;
            this.order = order;
            this.work = work;
        }
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public long wallMillis() {
        return 1_700_000_000_000L + TimeUnit.NANOSECONDS.toMillis(nowNs);
    }

    /** A loop, or an executor, that runs on this time. */
    public EventLoop loop() {
        return new Loop();
    }

    /** Runs everything that is due now, and what follows from it without waiting. */
    public void settle() {
        Task next = queue.peek();
        while (next != null && next.atNs <= nowNs) {
            queue.remove(next);
            next.work.run();
            next = queue.peek();
        }
    }

    /** Lets time pass, running each task at its moment. */
    public void advance(long ns) {
        long until = nowNs + ns;
        settle();
        Task next = queue.peek();
        while (next != null && next.atNs <= until) {
            nowNs = next.atNs;
            settle();
            next = queue.peek();
        }
        nowNs = until;
    }

    /** Everything stands still for so long, as in a process that is stopped. */
    public void stall(long ns) {
        nowNs += ns;
    }

    /** Lets time pass until {@code condition} holds, at most {@code withinNs}. */
    public void await(String what, long withinNs, BooleanSupplier condition) {
        long until = nowNs + withinNs;
        settle();
        while (!condition.getAsBoolean()) {
            Task next = queue.peek();
            if (next == null || next.atNs > until) {
                throw new AssertionError("not within " + withinNs + " ns of virtual time: " + what);
            }
            nowNs = Math.max(nowNs, next.atNs);
            settle();
        }
    }

    private final class Loop implements EventLoop {
        @Override
        public void execute(Runnable task) {
            schedule(0, task);
        }

        @Override
        public Cancellable schedule(long delayNs, Runnable work) {
            Task task = new Task(nowNs + Math.max(0, delayNs), order++, work);
            queue.add(task);
            return () -> queue.remove(task);
        }

        @Override
        public boolean inLoop() {
            return true;
        }
    }
}
