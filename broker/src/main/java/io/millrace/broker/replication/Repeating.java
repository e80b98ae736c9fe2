package io.millrace.broker.replication;

import io.millrace.broker.runtime.EventLoop;
import io.millrace.broker.runtime.EventLoop.Cancellable;

/** A task that runs on a loop again and again until it is cancelled. Loop only. */
final class Repeating implements Cancellable {

    private final EventLoop loop;
    private final long periodNs;
    private final Runnable task;
    private boolean cancelled;
    private Cancellable next;

    Repeating(EventLoop loop, long periodNs, Runnable task) {
        this.loop = loop;
        this.periodNs = periodNs;
        this.task = task;
        this.next = loop.schedule(periodNs, this::run);
    }

    private void run() {
        if (!cancelled) {
            task.run();
            next = loop.schedule(periodNs, this::run);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        next.cancel();
    }
}
