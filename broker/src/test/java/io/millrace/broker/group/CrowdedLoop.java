package io.millrace.broker.group;

import io.millrace.broker.runtime.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** A loop that at times has more to do than it can: then what comes waits, and timers get their turn all the same. */
final class CrowdedLoop implements EventLoop {
    private final EventLoop loop;
    private final List<Runnable> queue = new ArrayList<>();
    private boolean isCrowded;

    CrowdedLoop(EventLoop loop) {
        this.loop = loop;
    }

    void crowd() {
        isCrowded = true;
    }

    /** What has waited is done, in its order. */
    void clear() {
        isCrowded = false;
        queue.forEach(loop::execute);
        queue.clear();
    }

    @Override
    public void execute(Runnable task) {
        if (isCrowded) {
            queue.add(task);
        } else {
            loop.execute(task);
        }
    }

    @Override
    public Cancellable schedule(long delayNs, Runnable task) {
        return loop.schedule(delayNs, task);
    }

    @Override
    public boolean inLoop() {
        return loop.inLoop();
    }
}
