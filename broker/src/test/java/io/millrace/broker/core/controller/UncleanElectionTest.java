package io.millrace.broker.core.controller;

import static io.millrace.broker.core.controller.States.and;
import static io.millrace.broker.core.controller.States.empty;
import static io.millrace.broker.core.controller.States.incarnation;
import static io.millrace.broker.core.controller.States.live;
import static io.millrace.broker.core.controller.States.lost;
import static io.millrace.broker.core.controller.States.partition;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.controller.Write.Cause;
import io.millrace.broker.core.controller.Write.ChangePartition;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UncleanElectionTest {

    private static final List<Integer> REPLICAS = List.of(3, 1, 2);
    private static final List<Integer> NONE = List.of();

    /** name; leader; isr; elr; last known; live; whoever is elected, or why nobody is. */
    static List<Arguments> cases() {
        SortedMap<Integer, LiveBroker> back = lost(12, 22, 32);
        return List.of(
                row("the last known one of the ELR", -1, NONE, NONE, List.of(2), back, 2),
                row("of several the first in assignment order", -1, NONE, NONE, List.of(1, 2, 3), back, 3),
                row("the first is not live", -1, NONE, NONE, List.of(1, 2, 3), lost(12, 22), 1),
                row("no last known one is live", -1, NONE, NONE, List.of(2), lost(12, 32), 3),
                row("none is written down", -1, NONE, NONE, NONE, lost(12, 22), 1),
                row("no replica is live", -1, NONE, NONE, List.of(2), live(91), ErrorReason.NO_LIVE_REPLICA),
                row("it is led", 32, List.of(3), NONE, NONE, back, ErrorReason.ELECTION_NOT_NEEDED),
                row(
                        "a member of the ISR may be back",
                        -1,
                        List.of(1),
                        NONE,
                        NONE,
                        lost(22),
                        ErrorReason.ELECTION_NOT_NEEDED),
                row(
                        "a member of the ELR may be back",
                        -1,
                        NONE,
                        List.of(1),
                        NONE,
                        lost(22),
                        ErrorReason.ELECTION_NOT_NEEDED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void decides(
            String name,
            int leader,
            List<Integer> isr,
            List<Integer> elr,
            List<Integer> lastKnown,
            SortedMap<Integer, LiveBroker> live,
            Object expected) {
        ClusterState state = topic(live, recorded(leader, isr, elr, lastKnown));

        Decision<Outcome<UncleanLeaders>> decision = UncleanElection.elect(state, "t", null, OptionalInt.of(0));

        if (expected instanceof ErrorReason reason) {
            assertRefused(state, decision, reason);
            return;
        }
        PartitionState after = partition(decision.next());
        assertThat(after.leader()).isEqualTo(expected);
        assertThat(after.leaderBrokerEpoch()).isEqualTo(2);
        assertThat(after.leaderEpoch()).isEqualTo(4);
        assertThat(after.partitionEpoch()).isEqualTo(6);
        assertThat(after.isr()).containsExactly(after.leader());
        assertThat(after.elr()).isEmpty();
        assertThat(after.lastKnownElr()).isEmpty();
        assertThat(after.memberEpochs()).hasSize(1).containsEntry(after.leader(), 2L);
        assertThat(decision.writes()).singleElement().satisfies(write -> {
            assertThat(((ChangePartition) write).cause()).isEqualTo(Cause.UNCLEAN);
            assertThat(((ChangePartition) write).joining())
                    .as("r25: only of the incarnation that was chosen")
                    .containsExactly(incarnation(after.leader() * 10 + 2));
        });
        assertThat(LeaderElection.onBrokersChanged(decision.next(), live).writes())
                .as("it stands")
                .isEmpty();
    }

    @Test
    void allPartitionsThatNeedItAreElectedAndTheOthersLeftAlone() {
        PartitionState stuck = recorded(-1, NONE, NONE, List.of(1));
        PartitionState led = recorded(22, List.of(2), NONE, NONE);
        PartitionState waiting = recorded(-1, List.of(1), NONE, NONE);
        PartitionState away = new PartitionState(-1, -1, 3, 5, NONE, NONE, List.of(8), new TreeMap<>(), List.of(8, 9));
        ClusterState state = topic(lost(12, 22), stuck, led, waiting, away, stuck);

        Decision<Outcome<UncleanLeaders>> decision = UncleanElection.elect(state, "t", "t-id", OptionalInt.empty());

        UncleanLeaders leaders = answer(decision);
        assertThat(leaders.elected().keySet()).containsExactly(0, 4);
        assertThat(leaders.elected().get(4)).isEqualTo(partition(decision.next(), "t", 4));
        assertThat(leaders.withoutLiveReplica()).containsExactly(3);
        assertThat(partition(decision.next(), "t", 1)).isEqualTo(led);
        assertThat(partition(decision.next(), "t", 2)).isEqualTo(waiting);
        assertThat(partition(decision.next(), "t", 3)).isEqualTo(away);
        assertRefused(
                decision.next(),
                UncleanElection.elect(decision.next(), "t", null, OptionalInt.empty()),
                ErrorReason.NO_LIVE_REPLICA);
    }

    @Test
    void whatIsNotThereIsNotElected() {
        ClusterState state = topic(lost(12), recorded(-1, NONE, NONE, List.of(1)));

        assertRefused(state, UncleanElection.elect(state, "u", null, OptionalInt.empty()), ErrorReason.UNKNOWN_TOPIC);
        assertRefused(state, UncleanElection.elect(state, "t", null, OptionalInt.of(1)), ErrorReason.UNKNOWN_TOPIC);
        assertRefused(
                state, UncleanElection.elect(state, "t", "u-id", OptionalInt.of(0)), ErrorReason.TOPIC_ID_CHANGED);
    }

    @Test
    void whoStopsOrHasNoLogIsNotElected() {
        ClusterState state = topic(lost(12, 22, 32), recorded(-1, NONE, NONE, List.of(2)));
        state = LeaderElection.onReplicasFailed(
                        state, incarnation(22), List.of(FailedLog.failed(new TopicPartition("t-id", 0))))
                .next();
        state = LeaderElection.onStopping(state, incarnation(32)).next();

        ClusterState after =
                UncleanElection.elect(state, "t", null, OptionalInt.empty()).next();

        assertThat(partition(after).leader()).isEqualTo(1);
    }

    @Test
    void n13_afterAPowerCutOfAllTheOneThatWasLastLeadsAndTheOthersMayJoin() {
        ClusterState state = topic(live(11, 21, 31), recorded(31, List.of(1, 2, 3), NONE, NONE));
        state = LeaderElection.onBrokersChanged(state, live()).next();
        state = LeaderElection.onBrokersChanged(state, lost(12, 32)).next();
        assertRefused(
                state, UncleanElection.elect(state, "t", null, OptionalInt.empty()), ErrorReason.ELECTION_NOT_NEEDED);
        state = LeaderElection.onBrokersChanged(state, and(lost(12, 32), lost(22)))
                .next();
        assertThat(partition(state).leader()).isEqualTo(PartitionState.NO_LEADER);

        state = UncleanElection.elect(state, "t", null, OptionalInt.empty()).next();

        assertThat(partition(state).isLedBy(incarnation(22))).isTrue();
        assertThat(partition(state).isr()).containsExactly(2);
    }

    private static void assertRefused(
            ClusterState state, Decision<Outcome<UncleanLeaders>> decision, ErrorReason reason) {
        Refusal refusal = decision.reply()
                .fold(
                        leaders -> {
                            throw new AssertionError("elected: " + leaders);
                        },
                        no -> no);
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.definite()).isTrue();
        assertThat(decision.writes()).isEmpty();
        assertThat(decision.next()).isEqualTo(state);
    }

    private static UncleanLeaders answer(Decision<Outcome<UncleanLeaders>> decision) {
        return decision.reply().fold(leaders -> leaders, no -> {
            throw new AssertionError(no);
        });
    }

    /** With leader epoch 3 and partition epoch 5; members are of the first incarnation. */
    private static PartitionState recorded(int leader, List<Integer> isr, List<Integer> elr, List<Integer> lastKnown) {
        TreeMap<Integer, Long> epochs = new TreeMap<>();
        isr.forEach(id -> epochs.put(id, leader == -1 ? 1L : leader % 10));
        elr.forEach(id -> epochs.put(id, 1L));
        return new PartitionState(
                leader == -1 ? -1 : leader / 10,
                leader == -1 ? -1 : leader % 10,
                3,
                5,
                isr,
                elr,
                lastKnown,
                epochs,
                REPLICAS);
    }

    private static ClusterState topic(SortedMap<Integer, LiveBroker> live, PartitionState... states) {
        TreeMap<Integer, PartitionState> partitions = new TreeMap<>();
        for (int i = 0; i < states.length; i++) {
            partitions.put(i, states[i]);
        }
        return empty(live)
                .withTopic(new TopicImage(
                        "t", "t-id", states.length, REPLICAS.size(), States.CONFIG, List.of(), partitions));
    }

    private static Arguments row(@Nullable Object... values) {
        return Arguments.of(values);
    }
}
