package io.millrace.broker.core.controller;

import static io.millrace.broker.core.controller.States.live;
import static io.millrace.broker.core.controller.States.onePartition;
import static io.millrace.broker.core.controller.States.partition;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.PartitionState;
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
                        "the leader restarts while others are in sync",
                        all,
                        11,
                        List.of(1, 2, 3),
                        live(12, 21, 31),
                        21,
                        List.of(2, 3),
                        Cause.LEADER_LOST),
                row(
                        "all restart at once",
                        all,
                        11,
                        List.of(1, 2, 3),
                        live(12, 22, 32),
                        12,
                        List.of(1, 2, 3),
                        Cause.LEADER_LOST),
                row(
                        "a follower restarts",
                        all,
                        11,
                        List.of(1, 2, 3),
                        live(11, 22, 31),
                        11,
                        List.of(1, 3),
                        Cause.FOLLOWER_LOST),
                row(
                        "a restarted follower does not succeed while another is in sync",
                        all,
                        11,
                        List.of(1, 2, 3),
                        live(22, 31),
                        31,
                        List.of(3),
                        Cause.LEADER_LOST),
                row(
                        "a new controller finds the leader restarted",
                        live(),
                        11,
                        List.of(1, 2),
                        live(12, 22),
                        22,
                        List.of(2),
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
        assertThat(after.leaderEpoch()).isEqualTo(cause == null || cause == Cause.FOLLOWER_LOST ? 3 : 4);
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

    private static Arguments row(@Nullable Object... values) {
        return Arguments.of(values);
    }
}
