package io.millrace.broker.core;

import java.util.List;

/**
 * A leader's wish for another in-sync set.
 *
 * @param leader who proposes
 * @param controllerEpoch the newest controller epoch that it knows: an older controller must not answer (R19)
 * @param partitionEpoch of the state that the proposal is made against
 * @param isr each member with the incarnation that the leader saw when it caught up (R25)
 */
public record IsrProposal(
        TopicPartition partition,
        BrokerIncarnation leader,
        int controllerEpoch,
        int leaderEpoch,
        int partitionEpoch,
        List<BrokerIncarnation> isr) {

    public IsrProposal {
        isr = List.copyOf(isr);
    }
}
