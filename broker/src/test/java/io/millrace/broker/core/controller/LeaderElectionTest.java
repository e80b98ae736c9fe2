package io.millrace.broker.core.controller;

import static io.millrace.broker.core.controller.States.and;
import static io.millrace.broker.core.controller.States.incarnation;
import static io.millrace.broker.core.controller.States.live;
import static io.millrace.broker.core.controller.States.lost;
import static io.millrace.broker.core.controller.States.onePartition;
import static io.millrace.broker.core.controller.States.partition;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.controller.Write.Cause;
import io.millrace.broker.core.controller.Write.ChangePartition;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LeaderElectionTest {

    private static final TopicPartition T0 = new TopicPartition("t-id", 0);
    private static final List<Integer> REPLICAS = List.of(1, 2, 3);

    /** name; before; leader; isr; now; expected leader; expected isr; cause, null where nothing changes. */
    static List<Arguments> cases() {
        SortedMap<Integer, LiveBroker> all = live(11, 21, 31);
        return List.of(
                row("all stay", all, 11, List.of(1, 2, 3), all, 11, List.of(1, 2, 3), null),
                row("the leader dies", all, 11, List.of(1, 2, 3), live(21, 31), 21, List.of(2, 3), Cause.LEADER_LOST),
                row(
                        "the next in assignment is out of sync",
                        all,
                        11,
                        List.of(1, 3),
                        live(21, 31),
                        31,
                        List.of(3),
                        Cause.LEADER_LOST),
                row(
                        "the leader and a follower die at once",
                        all,
                        11,
                        List.of(1, 2, 3),
                        live(31),
                        31,
                        List.of(3),
                        Cause.LEADER_LOST),
                row("a follower dies", all, 11, List.of(1, 2, 3), live(11, 31), 11, List.of(1, 3), Cause.FOLLOWER_LOST),
                row("a follower out of sync dies", all, 11, List.of(1, 3), live(11, 31), 11, List.of(1, 3), null),
                row("the last in sync dies", all, 11, List.of(1), live(21, 31), -1, List.of(1), Cause.NOBODY_LEFT),
                row("everybody dies", all, 11, List.of(1, 2, 3), live(), -1, List.of(1, 2, 3), Cause.NOBODY_LEFT),
                row("nobody in sync is back yet", live(), -1, List.of(1, 3), live(22), -1, List.of(1, 3), null),
                row(
                        "one of those in sync is back",
                        live(),
                        -1,
                        List.of(1, 3),
                        live(22, 32),
                        32,
                        List.of(3),
                        Cause.MEMBER_RETURNED),
                row(
                        "the leader restarts alone in sync",
                        all,
                        11,
                        List.of(1),
                        live(12, 21, 31),
                        12,
                        List.of(1),
                        Cause.LEADER_LOST),
                row(
                        "r44: the leader restarts while others are in sync",
                        all,
                        11,
                        List.of(1, 2, 3),
                        live(12, 21, 31),
                        12,
                        List.of(1, 2, 3),
                        Cause.LEADER_LOST),
                row(
                        "r51: all restart at once and have everything",
                        all,
                        11,
                        List.of(1, 2, 3),
                        live(12, 22, 32),
                        12,
                        List.of(1, 2, 3),
                        Cause.LEADER_LOST),
                row(
                        "n13: a follower restarts and has everything",
                        all,
                        11,
                        List.of(1, 2, 3),
                        live(11, 22, 31),
                        11,
                        List.of(1, 2, 3),
                        null),
                row(
                        "n13: a follower restarts and has lost something",
                        all,
                        11,
                        List.of(1, 2, 3),
                        and(live(11, 31), lost(22)),
                        11,
                        List.of(1, 3),
                        Cause.FOLLOWER_LOST),
                row(
                        "n13: the leader restarts and has lost something",
                        all,
                        11,
                        List.of(1, 2, 3),
                        and(live(21, 31), lost(12)),
                        21,
                        List.of(2, 3),
                        Cause.LEADER_LOST),
                row(
                        "n13: who has lost something does not succeed",
                        live(),
                        -1,
                        List.of(1, 2),
                        lost(12, 22),
                        -1,
                        List.of(),
                        Cause.RESTART_UNPROVEN),
                row(
                        "n13: one has lost something, another is not back yet",
                        live(),
                        -1,
                        List.of(1, 2),
                        lost(12),
                        -1,
                        List.of(2),
                        Cause.RESTART_UNPROVEN),
                row(
                        "a new controller finds the leader restarted",
                        live(),
                        11,
                        List.of(1, 2),
                        live(12, 22),
                        12,
                        List.of(1, 2),
                        Cause.LEADER_LOST));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void decides(
            String name,
            SortedMap<Integer, LiveBroker> before,
            int leader,
            List<Integer> isr,
            SortedMap<Integer, LiveBroker> now,
            int expectedLeader,
            List<Integer> expectedIsr,
            @Nullable Cause cause) {
        ClusterState state = onePartition(before, leader, isr, REPLICAS);

        Decision<Integer> decision = LeaderElection.onBrokersChanged(state, now);

        PartitionState after = partition(decision.next());
        assertThat(after.leader()).isEqualTo(expectedLeader == -1 ? -1 : expectedLeader / 10);
        assertThat(after.leaderBrokerEpoch()).isEqualTo(expectedLeader == -1 ? -1 : expectedLeader % 10);
        assertThat(after.isr()).isEqualTo(expectedIsr);
        assertThat(after.partitionEpoch()).isEqualTo(cause == null ? 5 : 6);
        assertThat(after.leaderEpoch()).isEqualTo(cause == null || !cause.isElection() ? 3 : 4);
        assertThat(decision.writes())
                .hasSize(cause == null ? 0 : 1)
                .allSatisfy(
                        write -> assertThat(((ChangePartition) write).cause()).isEqualTo(cause));
        assertThat(decision.next().live()).isEqualTo(now);
    }

    @Test
    void theSameBrokersAgainChangeNothing() {
        ClusterState state = onePartition(live(11, 21, 31), 11, List.of(1, 2, 3), REPLICAS);
        ClusterState once = LeaderElection.onBrokersChanged(state, live(22, 31)).next();

        Decision<Integer> twice = LeaderElection.onBrokersChanged(once, live(22, 31));

        assertThat(twice.writes()).isEmpty();
        assertThat(twice.next()).isEqualTo(once);
    }

    @Test
    void n12_anEligibleReplicaLeadsWhereNobodyOfTheIsrCan() {
        ClusterState state = onePartition(live(11, 21, 31), 11, List.of(1, 2, 3), REPLICAS, 2);
        state = LeaderElection.onBrokersChanged(state, live(11, 21)).next();
        assertThat(partition(state).elr()).as("enough are in sync").isEmpty();
        state = LeaderElection.onBrokersChanged(state, live(11)).next();
        assertThat(partition(state).isr()).containsExactly(1);
        assertThat(partition(state).elr()).as("left while too few were").containsExactly(2);

        state = LeaderElection.onBrokersChanged(state, live(21, 31)).next();

        assertThat(partition(state).leader()).isEqualTo(2);
        assertThat(partition(state).isr()).containsExactly(2);
        assertThat(partition(state).elr()).as("1 misses nothing either, 3 may").containsExactly(1);
    }

    @Test
    void r26_theLastInSyncThatHasLostItsTailIsNotElectedAgain() {
        ClusterState state = onePartition(live(11, 21, 31), 11, List.of(1, 2, 3), REPLICAS, 2);
        state = LeaderElection.onBrokersChanged(state, live(11, 21)).next();
        state = LeaderElection.onBrokersChanged(state, live(11)).next();
        state = LeaderElection.onBrokersChanged(state, live()).next();

        ClusterState back = LeaderElection.onBrokersChanged(state, lost(12)).next();
        assertThat(partition(back).leader()).isEqualTo(PartitionState.NO_LEADER);
        assertThat(partition(back).members()).containsExactly(2);

        ClusterState both =
                LeaderElection.onBrokersChanged(back, and(lost(12), live(22))).next();
        assertThat(partition(both).leader()).isEqualTo(2);
    }

    @Test
    void n13_theLastOfThemIsWrittenDownForAnOperator() {
        ClusterState state = onePartition(live(11), 11, List.of(1), List.of(1));

        ClusterState emptied = LeaderElection.onBrokersChanged(state, lost(12)).next();

        assertThat(partition(emptied).leader()).isEqualTo(PartitionState.NO_LEADER);
        assertThat(partition(emptied).members()).isEmpty();
        assertThat(partition(emptied).lastKnownElr()).containsExactly(1);
    }

    @Test
    void aLeaderThatIsAboutToStopHandsOver() {
        ClusterState state = onePartition(live(11, 21, 31), 11, List.of(1, 2, 3), REPLICAS, 2);

        Decision<Integer> decision = LeaderElection.onStopping(state, incarnation(11));

        assertThat(partition(decision.next()).leader()).isEqualTo(2);
        assertThat(partition(decision.next()).isr()).containsExactly(2, 3);
        assertThat(partition(decision.next()).leaderEpoch()).isEqualTo(4);
        assertThat(decision.next().ledBy(incarnation(11))).isZero();
    }

    @Test
    void aLeaderThatNobodyCanFollowLeadsUntilItStops() {
        ClusterState state = onePartition(live(11, 21, 31), 11, List.of(1), REPLICAS, 1);

        Decision<Integer> decision = LeaderElection.onStopping(state, incarnation(11));

        assertThat(decision.writes()).isEmpty();
        assertThat(decision.next().ledBy(incarnation(11))).isOne();
    }

    @Test
    void aLeaderThatIsAboutToStopDoesNotHandOverToOneThatIsBehind() {
        ClusterState state = onePartition(live(11, 21, 31), 11, List.of(1, 2), REPLICAS, 2);
        state = LeaderElection.onBrokersChanged(state, live(11, 31)).next();
        state = LeaderElection.onBrokersChanged(state, live(11, 21, 31)).next();
        assertThat(partition(state).elr()).containsExactly(2);

        Decision<Integer> decision = LeaderElection.onStopping(state, incarnation(11));

        assertThat(partition(decision.next()).leader()).isEqualTo(1);
    }

    @Test
    void r22_aStopOfAnEarlierStartIsNotOneOfThisOne() {
        ClusterState state = onePartition(live(12, 21, 31), 12, List.of(1, 2, 3), REPLICAS, 2);

        assertThat(LeaderElection.onStopping(state, incarnation(11)).writes()).isEmpty();
    }

    @Test
    void whatIsSaidOfAnIncarnationDoesNotHoldForTheNext() {
        ClusterState state = onePartition(live(11, 21, 31), 11, List.of(1, 2, 3), REPLICAS, 2);
        state = LeaderElection.onStopping(state, incarnation(21)).next();
        state = LeaderElection.onReplicasFailed(state, incarnation(31), List.of(FailedLog.failed(T0)))
                .next();
        assertThat(partition(state).isr()).containsExactly(1);
        assertThat(partition(state).elr())
                .as("2 left while enough were in sync")
                .containsExactly(3);

        state = LeaderElection.onBrokersChanged(state, live(22, 32)).next();

        assertThat(partition(state).leader()).isEqualTo(3);
    }

    @Test
    void n1_aLeaderWhoseLogHasFailedLeadsNoMore() {
        ClusterState state = onePartition(live(11, 21, 31), 11, List.of(1, 2, 3), REPLICAS, 2);

        state = LeaderElection.onReplicasFailed(state, incarnation(11), List.of(FailedLog.failed(T0)))
                .next();

        assertThat(partition(state).leader()).isEqualTo(2);
        assertThat(partition(state).isr()).containsExactly(2, 3);
    }

    /** Swarm seed 3000120: too few were in sync for ever, since two replicas waited to be let go. */
    @Test
    void n13_whoseLogIsGoneIsNotEligibleAnyMore() {
        ClusterState state = onePartition(live(11, 21, 31), 11, List.of(1, 2, 3), REPLICAS, 2);
        state = LeaderElection.onBrokersChanged(state, live(11, 21)).next();
        state = LeaderElection.onBrokersChanged(state, live(11)).next();
        assertThat(partition(state).elr()).containsExactly(2);

        state = LeaderElection.onBrokersChanged(state, live(11, 22)).next();
        assertThat(partition(state).elr()).as("it can prove its restart").containsExactly(2);
        ClusterState failed = LeaderElection.onReplicasFailed(state, incarnation(22), List.of(FailedLog.failed(T0)))
                .next();
        assertThat(partition(failed).elr()).as("it may be whole again").containsExactly(2);
        ClusterState gone = LeaderElection.onReplicasFailed(state, incarnation(22), List.of(FailedLog.gone(T0)))
                .next();

        assertThat(partition(gone).elr()).isEmpty();
        assertThat(partition(gone).isr()).containsExactly(1);
        assertThat(partition(gone).leader()).isEqualTo(1);
    }

    @Test
    void n13_whatWasSaidOfALogBeforeANewOneWasFilledDoesNotHoldAnyMore() {
        ClusterState state = onePartition(live(11, 21, 31), 11, List.of(1, 2, 3), REPLICAS, 2);

        ClusterState after = LeaderElection.onReplicasFailed(state, incarnation(11), List.of(FailedLog.gone(T0)))
                .next();

        assertThat(partition(after).leader()).as("it leads no more").isEqualTo(2);
        assertThat(partition(after).members())
                .as("a member of this start has had its log")
                .contains(2, 3);
    }

    private static Arguments row(@Nullable Object... values) {
        return Arguments.of(values);
    }
}
