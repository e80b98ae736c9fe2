package io.millrace.broker.core;

import org.jspecify.annotations.Nullable;

/**
 * The controller's answer to an {@link IsrProposal}.
 *
 * @param state as it is now, null where the answer does not know it
 */
public record IsrVerdict(Kind kind, @Nullable PartitionState state) {

    /** What became of the proposal. */
    public enum Kind {
        /** Recorded, or already so (R20). */
        COMMITTED,
        /** The leader epoch or the partition epoch is over. */
        FENCED,
        /** A proposed member is gone, restarted, or not assigned. */
        INELIGIBLE_REPLICA,
        /** Not asked of the controller, or it could not be reached. */
        NOT_CONTROLLER,
        /** It may have been recorded: the state that arrives next tells. */
        UNKNOWN_OUTCOME
    }

    public static IsrVerdict of(Kind kind) {
        return new IsrVerdict(kind, null);
    }
}
