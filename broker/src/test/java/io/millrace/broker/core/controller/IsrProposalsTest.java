package io.millrace.broker.core.controller;

import static io.millrace.broker.core.controller.States.CONTROLLER_EPOCH;
import static io.millrace.broker.core.controller.States.live;
import static io.millrace.broker.core.controller.States.onePartition;
import static io.millrace.broker.core.controller.States.partition;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.IsrVerdict.Kind;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.controller.Write.ChangePartition;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IsrProposalsTest {

    private static final TopicPartition T0 = new TopicPartition("t-id", 0);

    /** Leader 1@1 in leader epoch 3, partition epoch 5, ISR 1 and 2 of 1, 2, 3; broker 4 is live and not assigned. */
    private static final ClusterState STATE = onePartition(live(11, 21, 32, 41), 11, List.of(1, 2), List.of(1, 2, 3));

    static List<Arguments> refused() {
        return List.of(
                Arguments.of(
                        "a later controller is known", 11, CONTROLLER_EPOCH + 1, 3, 5, isr(11), Kind.NOT_CONTROLLER),
                Arguments.of("a later leader epoch is known", 11, 7, 4, 5, isr(11), Kind.NOT_CONTROLLER),
                Arguments.of("a later partition epoch is known", 11, 7, 3, 6, isr(11), Kind.NOT_CONTROLLER),
                Arguments.of("the leader epoch is over", 11, 7, 2, 5, isr(11), Kind.FENCED),
                Arguments.of("the partition epoch is over", 11, 7, 3, 4, isr(11), Kind.FENCED),
                Arguments.of("another incarnation leads", 12, 7, 3, 5, isr(12), Kind.FENCED),
                Arguments.of("another broker leads", 21, 7, 3, 5, isr(21), Kind.FENCED),
                Arguments.of("the joiner has restarted", 11, 7, 3, 5, isr(11, 21, 31), Kind.INELIGIBLE_REPLICA),
                Arguments.of("the joiner is not assigned", 11, 7, 3, 5, isr(11, 21, 41), Kind.INELIGIBLE_REPLICA),
                Arguments.of("the leader leaves itself out", 11, 7, 3, 5, isr(21), Kind.INELIGIBLE_REPLICA),
                Arguments.of("nobody is in sync", 11, 7, 3, 5, isr(), Kind.INELIGIBLE_REPLICA),
                Arguments.of("a member stands twice", 11, 7, 3, 5, isr(11, 11), Kind.INELIGIBLE_REPLICA));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(
            String name, int leader, int controllerEpoch, int leaderEpoch, int partitionEpoch, int[] isr, Kind kind) {
        Decision<IsrVerdict> decision =
                IsrProposals.judge(STATE, proposal(T0, leader, controllerEpoch, leaderEpoch, partitionEpoch, isr));

        assertThat(decision.reply().kind()).isEqualTo(kind);
        assertThat(decision.writes()).isEmpty();
        assertThat(decision.next()).isSameAs(STATE);
    }

    @Test
    void aJoinerInItsPresentIncarnationIsRecorded() {
        Decision<IsrVerdict> decision = IsrProposals.judge(STATE, proposal(T0, 11, 7, 3, 5, isr(32, 21, 11)));

        assertThat(decision.reply()).isEqualTo(new IsrVerdict(Kind.COMMITTED, partition(decision.next())));
        assertThat(partition(decision.next()).isr()).containsExactly(1, 2, 3);
        assertThat(partition(decision.next()).partitionEpoch()).isEqualTo(6);
        assertThat(partition(decision.next()).leaderEpoch()).isEqualTo(3);
        assertThat(decision.writes())
                .singleElement()
                .satisfies(write ->
                        assertThat(((ChangePartition) write).joining()).containsExactly(States.incarnation(32)));
    }

    @Test
    void aMemberThatIsGoneMayBeLeftOut() {
        ClusterState state = onePartition(live(11), 11, List.of(1, 2), List.of(1, 2, 3));

        Decision<IsrVerdict> decision = IsrProposals.judge(state, proposal(T0, 11, 7, 3, 5, isr(11)));

        assertThat(decision.reply().kind()).isEqualTo(Kind.COMMITTED);
        assertThat(partition(decision.next()).isr()).containsExactly(1);
    }

    @Test
    void aProposalWhoseAnswerWasLostIsAnsweredAgainWithoutASecondWrite() {
        IsrProposal proposal = proposal(T0, 11, 7, 3, 5, isr(11, 21, 32));
        ClusterState recorded = IsrProposals.judge(STATE, proposal).next();

        Decision<IsrVerdict> again = IsrProposals.judge(recorded, proposal);

        assertThat(again.reply()).isEqualTo(new IsrVerdict(Kind.COMMITTED, partition(recorded)));
        assertThat(again.writes()).isEmpty();
    }

    @Test
    void aPartitionOfADeletedTopicIsFenced() {
        IsrProposal proposal = proposal(new TopicPartition("old-id", 0), 11, 7, 3, 5, isr(11));

        assertThat(IsrProposals.judge(STATE, proposal).reply()).isEqualTo(IsrVerdict.of(Kind.FENCED));
    }

    private static IsrProposal proposal(
            TopicPartition partition, int leader, int controllerEpoch, int leaderEpoch, int partitionEpoch, int[] isr) {
        return new IsrProposal(
                partition,
                States.incarnation(leader),
                controllerEpoch,
                leaderEpoch,
                partitionEpoch,
                IntStream.of(isr).mapToObj(States::incarnation).toList());
    }

    private static int[] isr(int... members) {
        return members;
    }
}
