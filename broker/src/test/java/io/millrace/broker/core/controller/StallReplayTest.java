package io.millrace.broker.core.controller;

import static io.millrace.broker.core.controller.States.CONTROLLER_EPOCH;
import static io.millrace.broker.core.controller.States.incarnation;
import static io.millrace.broker.core.controller.States.live;
import static io.millrace.broker.core.controller.States.onePartition;
import static io.millrace.broker.core.controller.States.partition;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Fitness;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.IsrVerdict.Kind;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicPartition;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** D12: a leader that lives and gets nowhere. */
class StallReplayTest {

    private static final List<Integer> REPLICAS = List.of(1, 2, 3);
    private static final BrokerIncarnation LEADER = incarnation(11);

    @Test
    void d12_aStalledLeaderHandsOverBeforeItIsLate() {
        PartitionState after = partition(stalled(state(Safeguards.ALL, List.of(1, 2, 3)), 11));
        PartitionState harmed = partition(
                stalled(state(Safeguards.without(Safeguard.D12_THE_STALLED_HAND_OVER), List.of(1, 2, 3)), 11));

        assertThat(after.isLedBy(incarnation(21))).isTrue();
        assertThat(after.leaderEpoch()).isEqualTo(4);
        assertThat(after.isr()).as("the high watermark would wait for 1").containsExactly(2, 3);
        assertThat(harmed.isLedBy(LEADER)).isTrue();
    }

    @Test
    void d12_nobodyIsRelievedWhereTooFewWouldBeInSync() {
        PartitionState after = partition(stalled(state(Safeguards.ALL, List.of(1, 2)), 11));

        assertThat(after.isLedBy(LEADER)).isTrue();
        assertThat(after.isr()).containsExactly(1, 2);
    }

    @Test
    void d12_whoIsNotInSyncOrNotFineDoesNotTakeOver() {
        ClusterState slow = fitness(state(Safeguards.ALL, List.of(1, 2, 3)), 21, Fitness.SLOW);

        assertThat(partition(stalled(slow, 11)).leader()).isEqualTo(3);
        assertThat(partition(stalled(fitness(slow, 31, Fitness.SLOW), 11)).leader())
                .as("all disks are slow: it is no better elsewhere")
                .isEqualTo(1);
        assertThat(partition(stalled(stalled(slow, 31), 11)).leader()).isEqualTo(1);
    }

    @Test
    void d12_aFollowerWhoseDiskStandsStillLosesNothingByThat() {
        assertThat(partition(stalled(state(Safeguards.ALL, List.of(1, 2, 3)), 21))
                        .isr())
                .containsExactly(1, 2, 3);
    }

    @Test
    void d12_leadershipDoesNotGoBackToADiskThatWasSlowAMomentAgo() {
        ClusterState handedOver = stalled(state(Safeguards.ALL, List.of(1, 2, 3)), 11);
        ClusterState rejoined = IsrProposals.judge(
                        fitness(handedOver, 11, Fitness.SLOW), proposal(incarnation(21), 4, 6, 11, 21, 31))
                .next();

        assertThat(partition(rejoined).isr()).containsExactly(1, 2, 3);
        assertThat(PreferredLeaders.balance(rejoined, 1).writes()).isEmpty();
        assertThat(PreferredLeaders.balance(fitness(rejoined, 11, Fitness.FINE), 1)
                        .writes())
                .hasSize(1);
    }

    @Test
    void d12_whoStallsDoesNotJoin() {
        ClusterState handedOver = stalled(state(Safeguards.ALL, List.of(1, 2, 3)), 11);

        assertThat(IsrProposals.judge(handedOver, proposal(incarnation(21), 4, 6, 11, 21, 31))
                        .reply()
                        .kind())
                .isEqualTo(Kind.INELIGIBLE_REPLICA);
    }

    @Test
    void d12_aLaterStartOfABrokerIsNotItsStalledOne() {
        ClusterState restarted = LeaderElection.onBrokersChanged(
                        stalled(state(Safeguards.ALL, List.of(1, 2)), 11), live(12, 21, 31))
                .next();

        assertThat(partition(restarted).isLedBy(incarnation(12))).isTrue();
        assertThat(restarted.fitness(1)).isEqualTo(Fitness.FINE);
    }

    @Test
    void d12_amongThoseLeftTheFinestLeads() {
        ClusterState state = fitness(state(Safeguards.ALL, List.of(1, 2, 3)), 21, Fitness.STALLED);

        PartitionState after =
                partition(LeaderElection.onBrokersChanged(state, live(21, 31)).next());
        PartitionState alone =
                partition(LeaderElection.onBrokersChanged(state, live(21)).next());

        assertThat(after.leader()).isEqualTo(3);
        assertThat(alone.leader()).as("better than nobody").isEqualTo(2);
    }

    /** Its own links are the likeliest reason, where all others are well and hear each other. */
    @Test
    void d12_aLeaderThatLosesAllAtOnceHandsOver() {
        Decision<IsrVerdict> relieved =
                IsrProposals.judge(state(Safeguards.ALL, List.of(1, 2, 3)), proposal(LEADER, 3, 5, 11));
        Decision<IsrVerdict> harmed = IsrProposals.judge(
                state(Safeguards.without(Safeguard.D12_WHO_LOSES_ALL_HANDS_OVER), List.of(1, 2, 3)),
                proposal(LEADER, 3, 5, 11));

        assertThat(partition(relieved.next()).isLedBy(incarnation(21))).isTrue();
        assertThat(partition(relieved.next()).isr()).containsExactly(2, 3);
        assertThat(relieved.reply()).isEqualTo(new IsrVerdict(Kind.FENCED, partition(relieved.next())));
        assertThat(partition(harmed.next()).isr()).as("under minInsyncReplicas").containsExactly(1);
    }

    @Test
    void d12_itIsHandedOverOnceAndNotInACircle() {
        ClusterState relieved = IsrProposals.judge(state(Safeguards.ALL, List.of(1, 2, 3)), proposal(LEADER, 3, 5, 11))
                .next();

        ClusterState then = IsrProposals.judge(relieved, proposal(incarnation(21), 4, 6, 21))
                .next();

        assertThat(partition(then).isLedBy(incarnation(21))).isTrue();
        assertThat(partition(then).isr()).containsExactly(2);
        assertThat(partition(then).elr()).containsExactly(3);
    }

    @Test
    void d12_aLeaderThatLosesTheDeadKeepsWhatItHas() {
        ClusterState silent =
                fitness(fitness(state(Safeguards.ALL, List.of(1, 2, 3)), 21, Fitness.SLOW), 31, Fitness.SLOW);

        assertThat(partition(IsrProposals.judge(silent, proposal(LEADER, 3, 5, 11))
                                .next())
                        .isLedBy(LEADER))
                .isTrue();
    }

    private static ClusterState state(Safeguards safeguards, List<Integer> isr) {
        ClusterState state = onePartition(live(11, 21, 31), 11, isr, REPLICAS, 2);
        return ClusterState.read(CONTROLLER_EPOCH, state.topics(), new TreeSet<>(), safeguards)
                .withLive(live(11, 21, 31));
    }

    private static ClusterState stalled(ClusterState state, int broker) {
        return fitness(state, broker, Fitness.STALLED);
    }

    private static ClusterState fitness(ClusterState state, int broker, Fitness fitness) {
        return LeaderElection.onFitness(state, incarnation(broker), fitness).next();
    }

    private static IsrProposal proposal(BrokerIncarnation leader, int leaderEpoch, int partitionEpoch, int... isr) {
        return new IsrProposal(
                new TopicPartition("t-id", 0),
                leader,
                CONTROLLER_EPOCH,
                leaderEpoch,
                partitionEpoch,
                IntStream.of(isr).mapToObj(States::incarnation).toList());
    }
}
