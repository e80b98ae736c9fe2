package io.millrace.lab.simulation.seam;

import io.millrace.broker.runtime.EventLoop;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/** An event loop on simulated time. Tasks run one at a time in the order in which they came, whatever the delays drawn. */
final class SimLoop implements EventLoop {

    private final SimTime time;
    private final SimProcess owner;
    private final int number;
    private final LongSupplier delayNs;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();

    SimLoop(SimTime time, SimProcess owner, int number, LongSupplier delayNs) {
        this.time = time;
        this.owner = owner;
        this.number = number;
        this.delayNs = delayNs;
    }

    @Override
    public void execute(Runnable task) {
        queue.add(task);
        time.after(delayNs.getAsLong(), owner, number, () -> queue.remove().run());
    }

    @Override
    public Cancellable schedule(long delay, Runnable task) {
        return time.after(delay + delayNs.getAsLong(), owner, number, task);
    }

    /** There is one thread, and everything runs on it. */
    @Override
    public boolean inLoop() {
        return true;
    }
}
