package io.millrace.broker.core.partition;

import java.util.List;

/** A leader's answer to a follower that asks to follow. */
public sealed interface OpenVerdict {

    /** Batches may be sent from the offset asked for on; carry out the effects after the answer is on its way. */
    record Accepted(List<LeaderEffect> effects) implements OpenVerdict {
        public Accepted {
            effects = List.copyOf(effects);
        }
    }

    /** The logs differ: no batches and no high watermark may be sent (R9). */
    record Diverging(EpochEnd leaderEnd) implements OpenVerdict {}

    /** No. */
    record Rejected(Why why) implements OpenVerdict {}

    /** The reasons, in the order in which they are looked for (N7). */
    enum Why {
        FENCED_LEADER_EPOCH,
        UNKNOWN_LEADER_EPOCH,
        NOT_A_REPLICA,
        STALE_BROKER_EPOCH,
        OUT_OF_RANGE
    }
}
