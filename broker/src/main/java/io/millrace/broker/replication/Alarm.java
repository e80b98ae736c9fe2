package io.millrace.broker.replication;

import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.broker.runtime.EventLoop.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * One timer for many deadlines: rings at the earliest that was asked for since it rang last, and may ring for one that is
 * met by then. Loop only.
 */
final class Alarm {

    /** A deadline that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Clock clock;
    private final Runnable onRing;
    private long dueNs = NEVER;
    private @Nullable Cancellable timer;

    /** @param onRing asks again for what is still to come */
    Alarm(EventLoop loop, Clock clock, Runnable onRing) {
        this.loop = loop;
        this.clock = clock;
        this.onRing = onRing;
    }

    /** @param deadlineNs of {@link Clock#nanoTime}, or NEVER */
    void notLaterThan(long deadlineNs) {
        if (deadlineNs == NEVER || (dueNs != NEVER && dueNs <= deadlineNs)) {
            return;
        }
        cancel();
        dueNs = deadlineNs;
        timer = loop.schedule(Math.max(0, deadlineNs - clock.nanoTime()), this::ring);
    }

    private void ring() {
        dueNs = NEVER;
        timer = null;
        onRing.run();
    }

    void cancel() {
        dueNs = NEVER;
        Cancellable waiting = timer;
        timer = null;
        if (waiting != null) {
            waiting.cancel();
        }
    }
}
