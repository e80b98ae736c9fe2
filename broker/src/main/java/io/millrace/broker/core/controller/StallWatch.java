package io.millrace.broker.core.controller;

import io.millrace.broker.core.Fitness;

/**
 * Tells from the write that a disk has worked on longest how fit its broker is. A disk that stands still for a while and
 * one that keeps standing still for moments are the same to whoever waits for it: so the time spent waiting adds up, and is
 * forgiven half as fast.
 *
 * <p>Counts only time that this process has lived through: a write that was under way while the process itself was stopped
 * is not the disk's fault.
 */
public final class StallWatch {

    /** A write that takes longer is more than a disk's bad moment. */
    static final long SLOW_NS = 200_000_000L;
    /** So much time spent in slow writes, and the disk stands still. */
    static final long STALLED_NS = 500_000_000L;
    /** More is not remembered: a disk that works again is not held to be stalled for long. */
    static final long REMEMBERED_NS = 1_000_000_000L;
    /** After a stall, for how long nothing is given to this broker that another can have. */
    static final long HOLD_NS = 30_000_000_000L;

    private final long maxStepNs;
    private long lastNs;
    /** Time lived through. */
    private long ownNs;

    private long write;
    private long writeSinceNs;
    private long waitedNs;
    private boolean isSlow;
    private boolean isStalled;
    private long fineAgainNs;

    /** @param tickNs how often {@link #onTick} is called; twice that between two calls is a stop of the process */
    public StallWatch(long tickNs, long nowNs) {
        this.maxStepNs = 2 * tickNs;
        this.lastNs = nowNs;
    }

    /** @param oldestWrite number of the write that has been under way longest, 0 while there is none */
    public Fitness onTick(long oldestWrite, long nowNs) {
        long stepNs = Math.min(nowNs - lastNs, maxStepNs);
        lastNs = nowNs;
        ownNs += stepNs;
        if (oldestWrite != write) {
            write = oldestWrite;
            writeSinceNs = ownNs;
        }
        waited(stepNs);
        if (waitedNs >= STALLED_NS) {
            isStalled = true;
        } else if (waitedNs == 0) {
            isStalled = false;
        }
        if (isStalled) {
            fineAgainNs = ownNs + HOLD_NS;
            return Fitness.STALLED;
        }
        return waitedNs > 0 || ownNs < fineAgainNs ? Fitness.SLOW : Fitness.FINE;
    }

    private void waited(long stepNs) {
        long ageNs = write == 0 ? 0 : ownNs - writeSinceNs;
        boolean wasSlow = isSlow;
        isSlow = ageNs >= SLOW_NS;
        if (isSlow) {
            waitedNs = Math.min(REMEMBERED_NS, waitedNs + (wasSlow ? stepNs : ageNs));
        } else if (ageNs == 0) {
            // Not while one is under way that may yet turn out to be slow.
            waitedNs = Math.max(0, waitedNs - stepNs / 2);
        }
    }
}
