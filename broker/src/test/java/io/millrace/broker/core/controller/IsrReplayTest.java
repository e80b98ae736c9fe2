package io.millrace.broker.core.controller;

import static io.millrace.broker.core.controller.States.CONTROLLER_EPOCH;
import static io.millrace.broker.core.controller.States.live;
import static io.millrace.broker.core.controller.States.onePartition;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict.Kind;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicPartition;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What leaders and controllers that do not know the same say to each other: with its rule, and without. */
class IsrReplayTest {

    /** Leader 1@1 in leader epoch 3, partition epoch 5. */
    private static final ClusterState STATE = onePartition(live(11, 21, 31), 11, List.of(1, 2), List.of(1, 2, 3));

    /** "Fenced" would be believed, and a leader that the newer controller counts on would stop. */
    @Test
    void r19_aControllerThatIsBehindSendsTheLeaderElsewhere() {
        IsrProposal newer = proposal(CONTROLLER_EPOCH + 1, 4, 6, 11, 21);

        assertThat(verdict(Safeguards.ALL, newer)).isEqualTo(Kind.NOT_CONTROLLER);
        assertThat(verdict(Safeguards.without(Safeguard.R19_STALE_CONTROLLERS_DO_NOT_ANSWER), newer))
                .isNotEqualTo(Kind.NOT_CONTROLLER);
    }

    /** It was recorded under the partition epoch before, and the answer was lost. */
    @Test
    void r20_aProposalThatIsRepeatedIsGrantedAgain() {
        IsrProposal repeated = proposal(CONTROLLER_EPOCH, 3, 4, 11, 21);

        assertThat(verdict(Safeguards.ALL, repeated)).isEqualTo(Kind.COMMITTED);
        assertThat(verdict(Safeguards.without(Safeguard.R20_REPEATED_PROPOSALS_ARE_GRANTED), repeated))
                .isEqualTo(Kind.FENCED);
    }

    private static Kind verdict(Safeguards safeguards, IsrProposal proposal) {
        ClusterState state = ClusterState.read(CONTROLLER_EPOCH, STATE.topics(), new TreeSet<>(), safeguards)
                .withLive(live(11, 21, 31));
        return IsrProposals.judge(state, proposal).reply().kind();
    }

    private static IsrProposal proposal(int controllerEpoch, int leaderEpoch, int partitionEpoch, int... isr) {
        return new IsrProposal(
                new TopicPartition("t-id", 0),
                States.incarnation(11),
                controllerEpoch,
                leaderEpoch,
                partitionEpoch,
                IntStream.of(isr).mapToObj(States::incarnation).toList());
    }
}
