package io.millrace.lab.traffic;

import java.util.OptionalLong;

/**
 * For how long one partition acknowledged nothing. Times are of {@link System#nanoTime()}. Safe for threads.
 *
 * <p>A silence that was going on when it was asked to start begins with the acknowledgement before: after a kill, that is
 * what a producer notices.
 */
public final class AckClock {
    private boolean hasAnswered;
    private long lastAckNs;
    private long markNs;
    private long longestNs;
    private long resumedNs;
    private boolean hasResumed;
    private long silentAtMarkNs;

    /**
     * One acknowledgement.
     *
     * @param sentNs when the youngest of the acknowledged records was handed over
     */
    public synchronized void onAcknowledged(long sentNs, long nowNs) {
        longestNs = Math.max(longestNs, nowNs - silentSinceNs());
        if (!hasResumed && sentNs - markNs > 0) {
            hasResumed = true;
            resumedNs = nowNs;
        }
        lastAckNs = nowNs;
        hasAnswered = true;
    }

    /** Starts anew: what was silent before no longer counts, but for the silence that goes on now. */
    public synchronized void mark(long nowNs) {
        markNs = nowNs;
        longestNs = 0;
        hasResumed = false;
        silentAtMarkNs = silentSinceNs();
    }

    /**
     * From the last acknowledgement before the mark until the first one of a record that was handed over after it; empty
     * where none has come yet.
     */
    public synchronized OptionalLong gapNs() {
        return hasResumed ? OptionalLong.of(resumedNs - silentAtMarkNs) : OptionalLong.empty();
    }

    /** Whether something was acknowledged that was handed over after the mark. */
    public synchronized boolean hasResumed() {
        return hasResumed;
    }

    /** The longest silence since the mark, the one that goes on now included. */
    public synchronized long longestSilenceNs(long nowNs) {
        return Math.max(longestNs, nowNs - silentSinceNs());
    }

    private long silentSinceNs() {
        return hasAnswered ? lastAckNs : markNs;
    }
}
