package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.LeaderHint;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GroupMachineTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final OwnedPartition P0 = partition(0);
    private static final OwnedPartition P1 = partition(1);
    private static final OwnedPartition P2 = partition(2);
    private final Routes routes = new Routes(List.of("a:1", "b:1", "c:1"));
    private final Effects effects = new Effects();
    private GroupMachine machine = machine(GroupConfig.of("g"));
    private int memberIds;
    private long nowNs = -5_000_000_000L;

    /** Writes down what is asked for, a word and its arguments each. */
    private static final class Effects implements GroupEffects {
        final List<String> log = new ArrayList<>();
        long lastNumber;

        long entered = -1;

        @Nullable
        MillraceException told;

        @Nullable
        MillraceException heldUpBy;

        @Override
        public void open(long streamId, String endpoint, String memberId, long generation, Set<OwnedPartition> holds) {
            log.add("open " + streamId + " " + endpoint + " " + memberId + " g" + generation + " " + names(holds));
        }

        @Override
        public void heartbeat(long streamId, long number, long generation, Set<OwnedPartition> holds) {
            lastNumber = number;
            log.add("heartbeat " + streamId + " g" + generation + " " + names(holds));
        }

        @Override
        public void leave(long streamId) {
            log.add("leave " + streamId);
        }

        @Override
        public void cancel(long streamId) {
            log.add("cancel " + streamId);
        }

        @Override
        public void assign(Set<OwnedPartition> partitions) {
            log.add("assign " + names(partitions));
        }

        @Override
        public void revoke(int membership, Set<OwnedPartition> partitions) {
            log.add("revoke " + membership + " " + names(partitions));
        }

        @Override
        public void lose(String why) {
            log.add("lose");
        }

        @Override
        public void enter(long generation) {
            entered = generation;
        }

        @Override
        public void tell(@Nullable MillraceException failure) {
            told = failure;
        }

        @Override
        public void holdUp(@Nullable MillraceException why) {
            heldUpBy = why;
        }
    }

    private GroupMachine machine(GroupConfig config) {
        return new GroupMachine(config, routes, effects, () -> 1.0, () -> "m" + ++memberIds);
    }

    @Test
    void aNewMemberOpensAtAnyBrokerAndTakesWhatItIsTold() {
        machine.join();
        assertThat(pump()).containsExactly("open 1 a:1 m1 g0 []");
        machine.onAssignment(1, 7, Set.of(P0, P1), nowNs);
        assertThat(pump()).containsExactly("assign [0, 1]");
        assertThat(machine.generation()).isEqualTo(7);
        assertThat(machine.coordinator()).isEqualTo("a:1");
    }

    @Test
    void itGoesAtOnceWhereItIsSentAndWaitsLongerEachTimeThatItIsSentOnFromThere() {
        machine.join();
        pump();
        machine.onClosed(1, redirect("b:1"), nowNs);
        assertThat(pump()).containsExactly("open 2 b:1 m1 g0 []");
        machine.onClosed(2, redirect("a:1"), nowNs);
        assertThat(pump()).isEmpty();
        assertThat(pumpAfter(40)).containsExactly("open 3 a:1 m1 g0 []");
        machine.onClosed(3, redirect("b:1"), nowNs);
        assertThat(pumpAfter(79)).isEmpty();
        assertThat(pumpAfter(1)).containsExactly("open 4 b:1 m1 g0 []");
    }

    @Test
    void redirectsNeverMakeItWaitForMoreThanASecond() {
        machine.join();
        pump();
        for (int stream = 1; stream < 20; stream++) {
            machine.onClosed(stream, redirect(stream % 2 == 0 ? "a:1" : "b:1"), nowNs);
            assertThat(pumpAfter(1_000)).hasSize(1).first().asString().startsWith("open");
        }
    }

    @Test
    void brokersThatKnowNoCoordinatorAreAskedInTurn() {
        machine.join();
        pump();
        machine.onClosed(1, redirect(""), nowNs);
        assertThat(pumpAfter(40)).containsExactly("open 2 b:1 m1 g0 []");
        machine.onClosed(2, redirect(""), nowNs);
        assertThat(pumpAfter(80)).containsExactly("open 3 c:1 m1 g0 []");
    }

    @Test
    void anEndWithAHintIsFollowedAtOnceUnderTheSameIdWithAllThatItHolds() {
        joined(P0, P1);
        nowNs += 2_000 * MS;
        machine.onEnd(1, "c:1", nowNs);
        assertThat(pump()).containsExactly("cancel 1", "open 2 c:1 m1 g7 [0, 1]");
        machine.onAssignment(2, 7, Set.of(P0, P1), nowNs);
        assertThat(pump()).isEmpty();
    }

    @Test
    void aStreamThatBreaksIsOpenedAgainAtTheSameBrokerThenAtTheOthersThenAfterAPause() {
        joined(P0);
        nowNs += 2_000 * MS;
        machine.onClosed(1, broken(), nowNs);
        assertThat(pump()).containsExactly("open 2 a:1 m1 g7 [0]");
        machine.onClosed(2, broken(), nowNs);
        assertThat(pump()).containsExactly("open 3 b:1 m1 g7 [0]");
        machine.onClosed(3, broken(), nowNs);
        assertThat(pump()).containsExactly("open 4 c:1 m1 g7 [0]");
        machine.onClosed(4, broken(), nowNs);
        assertThat(pump()).isEmpty();
        assertThat(pumpAfter(40)).hasSize(1).first().asString().startsWith("open 5");
    }

    @Test
    void aCoordinatorThatTakesAMemberInAndDropsItAtOnceIsNotTriedWithoutAPause() {
        joined(P0);
        machine.onClosed(1, broken(), nowNs);
        assertThat(pump()).isEmpty();
        assertThat(pumpAfter(40)).containsExactly("open 2 a:1 m1 g7 [0]");
    }

    @Test
    void aBrokerThatTakesTheStreamAndSaysNothingIsLeft() {
        machine.join();
        pump();
        assertThat(pumpAfter(499)).isEmpty();
        assertThat(pumpAfter(1)).containsExactly("heartbeat 1 g0 []");
        assertThat(pumpAfter(1_999)).containsExactly("heartbeat 1 g0 []");
        assertThat(pumpAfter(1)).containsExactly("cancel 1");
        assertThat(pump()).containsExactly("open 2 b:1 m1 g0 []");
    }

    @Test
    void aCoordinatorThatLivesIsWaitedForWhileItWaitsForOthersAndHearsHeartbeats() {
        machine.join();
        pump();
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 99; i++) {
            seen.addAll(pumpAfter(100));
            machine.onHeard(1, effects.lastNumber);
        }
        assertThat(seen).contains("heartbeat 1 g0 []").noneMatch(word -> word.startsWith("cancel"));
        assertThat(pumpAfter(100)).containsExactly("cancel 1");
        assertThat(pump()).containsExactly("open 2 b:1 m1 g0 []");
    }

    @Test
    void whatItIsToldNoMoreItHoldsUntilTheApplicationHasLetGoOfIt() {
        joined(P0, P1);
        machine.onAssignment(1, 8, Set.of(P0), nowNs);
        assertThat(pump()).containsExactly("revoke 1 [1]");
        assertThat(pumpAfter(1_000)).contains("heartbeat 1 g8 [0, 1]");
        machine.onReleased(1, Set.of(P1));
        assertThat(pump()).containsExactly("heartbeat 1 g8 [0]");
    }

    @Test
    void aPartitionThatComesBackWhileItIsLetGoOfIsTakenAnewAndNeverMissingFromWhatItHolds() {
        joined(P0, P1);
        machine.onAssignment(1, 8, Set.of(P0), nowNs);
        machine.onAssignment(1, 9, Set.of(P0, P1), nowNs);
        assertThat(pump()).containsExactly("revoke 1 [1]");
        machine.onReleased(1, Set.of(P1));
        assertThat(pump()).containsExactly("assign [1]", "heartbeat 1 g9 [0, 1]");
    }

    @Test
    void aTopicThatWasMadeAnewIsAnotherTopic() {
        joined(P0);
        OwnedPartition again = new OwnedPartition(P0.id(), "t2");
        machine.onAssignment(1, 8, Set.of(again), nowNs);
        assertThat(pump()).containsExactly("revoke 1 [0]", "assign [0]");
        machine.onReleased(1, Set.of(P0));
        assertThat(pump()).containsExactly("heartbeat 1 g8 [0]");
    }

    @Test
    void anAssignmentOfAnOlderGenerationChangesNothing() {
        joined(P0, P1);
        machine.onAssignment(1, 6, Set.of(P2), nowNs);
        assertThat(pump()).isEmpty();
        assertThat(machine.generation()).isEqualTo(7);
    }

    @Test
    void aHeartbeatGoesOutEachSecondAndThreeTimesInAShortSessionTimeout() {
        joined(P0);
        assertThat(heartbeatsIn(10_000)).isEqualTo(10);
        machine = machine(GroupConfig.of("g").withSessionTimeoutMs(1_000));
        joined(P0);
        assertThat(heartbeatsIn(1_000)).isBetween(2, 3);
    }

    @Test
    void whatTheCoordinatorTakesForGoneLosesAllAndComesBackAsANewMember() {
        joined(P0, P1);
        nowNs += 2_000 * MS;
        machine.onClosed(1, refused(ErrorReason.ERROR_REASON_UNKNOWN_MEMBER), nowNs);
        assertThat(pump()).containsExactly("lose", "open 2 a:1 m2 g0 []");
        machine.onReleased(1, Set.of(P1));
        machine.onAssignment(2, 9, Set.of(P1), nowNs);
        assertThat(pump()).containsExactly("assign [1]");
    }

    @Test
    void whatAnEarlierMembershipLetsGoOfTheNextOneStillHolds() {
        joined(P0, P1);
        machine.onUnknownMember("m1");
        pump();
        machine.onAssignment(2, 9, Set.of(P0, P1), nowNs);
        machine.onAssignment(2, 10, Set.of(P0), nowNs);
        assertThat(pump()).containsExactly("assign [0, 1]", "revoke 2 [1]");
        machine.onReleased(1, Set.of(P1));
        assertThat(pump()).isEmpty();
        machine.onReleased(2, Set.of(P1));
        assertThat(pump()).containsExactly("heartbeat 2 g10 [0]");
    }

    @Test
    void aNewMemberThatIsCalledUnknownWaitsBeforeItTriesAgain() {
        machine.join();
        pump();
        machine.onClosed(1, refused(ErrorReason.ERROR_REASON_UNKNOWN_MEMBER), nowNs);
        assertThat(pump()).isEmpty();
        assertThat(pumpAfter(40)).containsExactly("open 2 a:1 m2 g0 []");
    }

    @Test
    void aCommitThatFindsItGoneCountsUnlessItWasAnEarlierMember() {
        joined(P0);
        machine.onUnknownMember("m0");
        assertThat(pump()).isEmpty();
        machine.onUnknownMember("m1");
        assertThat(pump()).containsExactly("cancel 1", "lose", "open 2 a:1 m2 g0 []");
    }

    @Test
    void aMemberThatSleptThroughItsSessionLosesAllBeforeItDoesAnythingElse() {
        joined(P0);
        assertThat(nowNs + 9_999 * MS).isLessThan(machine.readableUntilNs());
        nowNs += 10_000 * MS;
        assertThat(nowNs).isEqualTo(machine.readableUntilNs());
        // What had come in meanwhile is read first.
        machine.onAssignment(1, 8, Set.of(P0, P1), nowNs);
        assertThat(pump()).containsExactly("leave 1", "lose", "open 2 a:1 m2 g0 []");
    }

    @Test
    void heartbeatsThatNobodyAnswersMeanAnotherBrokerUnderTheSameId() {
        joined(P0);
        assertThat(pumpAfter(500)).containsExactly("heartbeat 1 g7 [0]");
        machine.onHeard(1, effects.lastNumber);
        long heardNs = nowNs;
        assertThat(pumpAfter(1_000)).containsExactly("heartbeat 1 g7 [0]");
        assertThat(pumpAfter(1_000)).containsExactly("heartbeat 1 g7 [0]");
        assertThat(pumpAfter(1_000)).containsExactly("cancel 1");

        assertThat(machine.readableUntilNs())
                .as("from the last that was answered")
                .isEqualTo(heardNs + 2_000 * MS);
        assertThat(pump()).containsExactly("open 2 b:1 m1 g7 [0]");
        machine.onHeard(1, effects.lastNumber);
        assertThat(machine.readableUntilNs()).isEqualTo(heardNs + 2_000 * MS);
    }

    @Test
    void anAnswerProvesTheHeartbeatsUpToItAndNoLaterOnes() {
        joined(P0);
        long untilNs = machine.readableUntilNs();
        pumpAfter(500);
        long first = effects.lastNumber;
        pumpAfter(1_000);
        assertThat(machine.readableUntilNs()).isEqualTo(untilNs);
        machine.onHeard(1, first);
        assertThat(machine.readableUntilNs()).isEqualTo(untilNs + 500 * MS);
        machine.onHeard(1, effects.lastNumber);
        assertThat(machine.readableUntilNs()).isEqualTo(untilNs + 1_500 * MS);
    }

    @Test
    void afterABreakItReadsForTwoSecondsFromItsLastHeartbeatUntilAStreamWorksAgain() {
        joined(P0);
        pumpAfter(1_000);
        long heartbeatNs = nowNs;
        nowNs += 500 * MS;
        machine.onClosed(1, broken(), nowNs);
        assertThat(machine.readableUntilNs()).isEqualTo(heartbeatNs + 2_000 * MS);
        pump();
        assertThat(machine.readableUntilNs()).isEqualTo(heartbeatNs + 2_000 * MS);
        machine.onAssignment(2, 8, Set.of(P0), nowNs);
        assertThat(machine.readableUntilNs()).isEqualTo(nowNs + 10_000 * MS);
    }

    @Test
    void withAnInstanceIdABreakLeavesTheWholeSessionTimeout() {
        machine = machine(GroupConfig.of("g").withInstanceId("pod-1"));
        joined(P0);
        long untilNs = machine.readableUntilNs();
        machine.onClosed(1, broken(), nowNs);
        assertThat(machine.readableUntilNs()).isEqualTo(untilNs);
    }

    @Test
    void aRefusalThatDoesNotPassIsToldAndTriedAgainAndForgottenOnceTheMemberIsIn() {
        machine.join();
        pump();
        MillraceException inUse = refused(ErrorReason.ERROR_REASON_INSTANCE_ID_IN_USE);
        machine.onClosed(1, inUse, nowNs);
        assertThat(effects.told).isSameAs(inUse);
        assertThat(pumpAfter(40)).containsExactly("open 2 a:1 m1 g0 []");
        machine.onAssignment(2, 7, Set.of(), nowNs);
        assertThat(effects.told).isNull();
    }

    @Test
    void whatPassesByItselfIsNotTold() {
        joined(P0);
        nowNs += 2_000 * MS;
        machine.onClosed(1, refused(ErrorReason.ERROR_REASON_LIMIT_EXCEEDED), nowNs);
        assertThat(effects.told).isNull();
        pumpAfter(40);
        machine.onClosed(2, refused(ErrorReason.ERROR_REASON_COORDINATOR_NOT_AVAILABLE), nowNs);
        assertThat(effects.told).isNull();
    }

    @Test
    void aMemberThatHasNothingJoinsAnewAndLosesNothing() {
        joined();
        assertThat(effects.entered).isEqualTo(7);
        nowNs += 10_000 * MS;
        assertThat(pump()).containsExactly("leave 1", "open 2 a:1 m2 g0 []");
        assertThat(effects.entered).isZero();
    }

    @Test
    void whatItHasToLetGoOfItCanLose() {
        joined(P0);
        machine.onAssignment(1, 8, Set.of(), nowNs);
        pump();
        nowNs += 10_000 * MS;
        assertThat(pump()).containsExactly("leave 1", "lose", "open 2 a:1 m2 g0 []");
    }

    @Test
    void brokersThatDoNotAnswerAreWaitedForAndNotToldAsAFailure() {
        machine.join();
        pump();
        for (int stream = 1; stream <= 3; stream++) {
            assertThat(effects.heldUpBy).isNull();
            machine.onClosed(stream, broken(), nowNs);
            pumpAfter(stream < 3 ? 0 : 40);
        }
        assertThat(effects.told).isNull();
        assertThat(effects.heldUpBy).hasMessageStartingWith("no broker answered: ");
        machine.onAssignment(4, 7, Set.of(), nowNs);
        assertThat(effects.heldUpBy).isNull();
    }

    @Test
    void whatIsNoBrokerIsToldUnlessABrokerHasAnsweredBefore() {
        machine.join();
        pump();
        machine.onClosed(1, noBroker(), nowNs);
        assertThat(effects.told).isNotNull();
        pump();
        machine.onAssignment(2, 7, Set.of(P0), nowNs);
        machine.onClosed(2, broken(), nowNs);
        pumpAfter(40);
        machine.onClosed(3, noBroker(), nowNs);
        assertThat(effects.told).as("a cut with an unusual name").isNull();
    }

    @Test
    void whoLeavesSaysSoAndDoesNothingMore() {
        joined(P0);
        machine.leave();
        assertThat(pumpAfter(20_000)).containsExactly("leave 1");
    }

    @Test
    void whoHasAnInstanceIdGoesWithoutAWord() {
        machine = machine(GroupConfig.of("g").withInstanceId("pod-1"));
        joined(P0);
        machine.leave();
        assertThat(pump()).containsExactly("cancel 1");
    }

    private void joined(OwnedPartition... partitions) {
        machine.join();
        pump();
        machine.onAssignment(1, 7, Set.of(partitions), nowNs);
        pump();
    }

    private int heartbeatsIn(long ms) {
        int heartbeats = 0;
        for (long passed = 0; passed < ms; passed += 10) {
            for (String word : pumpAfter(10)) {
                heartbeats += word.startsWith("heartbeat") ? 1 : 0;
                machine.onHeard(1, effects.lastNumber);
            }
        }
        return heartbeats;
    }

    private List<String> pumpAfter(long ms) {
        nowNs += ms * MS;
        return pump();
    }

    private List<String> pump() {
        machine.pump(nowNs);
        List<String> log = List.copyOf(effects.log);
        effects.log.clear();
        return log;
    }

    private static MillraceException broken() {
        return MillraceException.withoutDetail(
                Kind.UNREACHABLE, Certainty.CERTAINTY_INDETERMINATE, "told so by the test", null);
    }

    private static MillraceException noBroker() {
        return MillraceException.withoutDetail(
                Kind.PROTOCOL, Certainty.CERTAINTY_INDETERMINATE, "told so by the test", null);
    }

    private static MillraceException redirect(String endpoint) {
        return refused(ErrorDetail.newBuilder()
                .setReason(ErrorReason.ERROR_REASON_NOT_GROUP_COORDINATOR)
                .setLeader(LeaderHint.newBuilder().setEndpoint(endpoint)));
    }

    private static MillraceException refused(ErrorReason reason) {
        return refused(ErrorDetail.newBuilder().setReason(reason));
    }

    private static MillraceException refused(ErrorDetail.Builder detail) {
        return new MillraceException(
                Kind.REFUSED, detail.setCertainty(Certainty.CERTAINTY_DEFINITE).build(), "told so by the test", null);
    }

    private static OwnedPartition partition(int partition) {
        return new OwnedPartition(new TopicPartition("orders", partition), "t1");
    }

    private static Set<Integer> names(Set<OwnedPartition> partitions) {
        Set<Integer> names = new TreeSet<>();
        partitions.forEach(one -> names.add(one.id().partition()));
        return names;
    }
}
