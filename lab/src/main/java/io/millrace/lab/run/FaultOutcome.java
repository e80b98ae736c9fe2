package io.millrace.lab.run;

/**
 * What one fault did. Times are ms; moments count from the start of the run.
 *
 * @param atMs when it struck
 * @param healingAtMs when healing began
 * @param healedAtMs when all replicas were in sync and every partition took writes again
 * @param unavailableMs the longest time without an acknowledgement on one partition, from the last one before the fault
 *     until all was healed
 * @param elections how many leaders were elected
 * @param isrChanges how often an in-sync set changed, elections not counted
 * @param hasMovedController whether another broker was controller afterwards
 * @param isHealed whether that came to pass within the limit
 */
public record FaultOutcome(
        FaultStep step,
        long atMs,
        long healingAtMs,
        long healedAtMs,
        long unavailableMs,
        int elections,
        int isrChanges,
        boolean hasMovedController,
        boolean isHealed) {}
