package io.millrace.lab.simulation.seam;

import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.broker.runtime.EventLoop.Cancellable;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The clock and the scheduler of a whole cluster: one queue of tasks by time, one thread. Time stands still while a task
 * runs and jumps to the next one. A task that runs is an event; all of them go into the trace.
 */
public final class SimTime implements Clock {

    private static final long WALL_START_MS = 1_700_000_000_000L;

    private final PriorityQueue<Task> queue = new PriorityQueue<>(
            Comparator.<Task>comparingLong(task -> task.atNs).thenComparingLong(task -> task.order));
    private final TraceHash trace = new TraceHash();
    private final Chance jitter;
    private final SimProcess world;
    private Consumer<SimProcess> afterEvent = owner -> {};
    private long nowNs;
    private long order;
    private long events;
    private int processes;
    private int loops;

    /** What waits for its time. */
    private static final class Task implements Cancellable {
        private final long atNs;
        private final long order;
        private final SimProcess owner;
        private final int loop;
        private final Runnable work;
        private boolean cancelled;

        Task(long atNs, long order, SimProcess owner, int loop, Runnable work) {
            this.atNs = atNs;
            this.order = order;
            this.owner = owner;
            this.loop = loop;
            this.work = work;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    public SimTime(Chance chance) {
        this.jitter = chance.forUse("scheduling");
        this.world = process("world");
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public long wallMillis() {
        return WALL_START_MS + TimeUnit.NANOSECONDS.toMillis(nowNs);
    }

    /** Tasks that have run. */
    public long events() {
        return events;
    }

    public TraceHash trace() {
        return trace;
    }

    /** Whose tasks belong to no process: wires, the ensemble, who plants faults. Never paused, never dead. */
    public SimProcess world() {
        return world;
    }

    public SimProcess process(String name) {
        return new SimProcess(processes++, name);
    }

    /** Called after each event with the process whose event it was. */
    public void afterEvent(Consumer<SimProcess> observer) {
        afterEvent = observer;
    }

    /** An event loop of {@code owner}: tasks in their order, each after a moment. */
    public EventLoop loop(SimProcess owner) {
        return new SimLoop(this, owner, loops++, () -> jitter.between(1_000, 30_000));
    }

    /** Threads of {@code owner} that work for {@code minNs} to {@code maxNs} at each task. */
    public EventLoop workers(SimProcess owner, long minNs, long maxNs) {
        return new SimLoop(this, owner, loops++, () -> jitter.between(minNs, maxNs));
    }

    /** Runs {@code work} in {@code delayNs}, if {@code owner} lives then; once it runs again where it is paused. */
    public Cancellable after(long delayNs, SimProcess owner, Runnable work) {
        return after(delayNs, owner, -1, work);
    }

    Cancellable after(long delayNs, SimProcess owner, int loop, Runnable work) {
        Task task = new Task(nowNs + Math.max(0, delayNs), order++, owner, loop, work);
        queue.add(task);
        return task;
    }

    /** As SIGCONT does. */
    public void resume(SimProcess process) {
        process.takeHeld().forEach(task -> after(0, process, task));
    }

    /** Runs the next event; false where nothing is left to do. */
    public boolean step() {
        Task task = queue.poll();
        while (task != null) {
            if (isDue(task)) {
                run(task);
                return true;
            }
            task = queue.poll();
        }
        return false;
    }

    private boolean isDue(Task task) {
        if (task.cancelled || task.owner.isDead()) {
            return false;
        }
        if (task.owner.isPaused()) {
            task.owner.hold(() -> {
                if (!task.cancelled) {
                    task.work.run();
                }
            });
            return false;
        }
        return true;
    }

    private void run(Task task) {
        nowNs = Math.max(nowNs, task.atNs);
        events++;
        trace.add(nowNs);
        trace.add(task.owner.number() * 1_000L + task.loop);
        task.work.run();
        afterEvent.accept(task.owner);
    }
}
