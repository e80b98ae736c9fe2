package io.millrace.lab.roundtrip;

/**
 * What a killed leader cost. Counts are of records.
 *
 * @param victim the broker that led the busiest partition
 * @param partition that one
 * @param inFlight in it when the kill fell
 * @param gapMs from its last acknowledgement before the kill until the first of what was sent after; -1 where none came
 * @param inSyncAfterMs from the order to start the victim again until all replicas were in sync; -1 where they never were
 */
public record KillReport(
        int victim,
        int partition,
        long acknowledgedBefore,
        long inFlight,
        long acknowledgedAfter,
        long gapMs,
        long inSyncAfterMs) {

    /** Whether a leader was killed under load, and nothing stood still for good. */
    public boolean isGood() {
        return acknowledgedBefore > 0 && inFlight > 0 && acknowledgedAfter > 0 && gapMs >= 0 && inSyncAfterMs >= 0;
    }
}
