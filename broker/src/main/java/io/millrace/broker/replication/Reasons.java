package io.millrace.broker.replication;

import io.millrace.broker.core.partition.OpenVerdict;

/** The reasons of {@code core} as they go over the stream, and back. */
final class Reasons {

    private Reasons() {}

    static LeaderMessage.Reason of(OpenVerdict.Why why) {
        return switch (why) {
            case FENCED_LEADER_EPOCH -> LeaderMessage.Reason.FENCED_LEADER_EPOCH;
            case UNKNOWN_LEADER_EPOCH -> LeaderMessage.Reason.UNKNOWN_LEADER_EPOCH;
            case NOT_A_REPLICA -> LeaderMessage.Reason.NOT_A_REPLICA;
            case STALE_BROKER_EPOCH -> LeaderMessage.Reason.STALE_BROKER_EPOCH;
            case OUT_OF_RANGE -> LeaderMessage.Reason.OUT_OF_RANGE;
        };
    }
}
