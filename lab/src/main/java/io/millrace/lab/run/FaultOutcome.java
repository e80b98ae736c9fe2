package io.millrace.lab.run;

import org.jspecify.annotations.Nullable;

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
 * @param unhealed what had not come to pass within the limit; null where all had
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
        @Nullable Unhealed unhealed) {

    /** What a cluster may fail to do after a fault was taken back. */
    public enum Unhealed {
        NOT_TAKEN_BACK("could not be put together again"),
        NOT_WRITABLE("did not take writes in every partition again"),
        NOT_IN_SYNC("did not have a leader and all replicas in sync in every partition again"),
        SLOW("did not acknowledge as many records as were written again");

        private final String words;

        Unhealed(String words) {
            this.words = words;
        }

        /** What follows "the cluster". */
        public String words() {
            return words;
        }
    }

    public boolean isHealed() {
        return unhealed == null;
    }
}
