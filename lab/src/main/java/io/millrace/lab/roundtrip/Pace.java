package io.millrace.lab.roundtrip;

import java.time.Duration;

/**
 * How fast to send: evenly over a time, every partition its share.
 *
 * @param total zero: as fast as it goes
 */
public record Pace(Duration total) {
    public static final Pace NONE = new Pace(Duration.ZERO);

    /** How many of so many lines should have been sent after a time; all of them at the end. */
    long due(long lines, long elapsedNs) {
        return elapsedNs >= total.toNanos() ? lines : (long) (lines * ((double) elapsedNs / total.toNanos()));
    }
}
