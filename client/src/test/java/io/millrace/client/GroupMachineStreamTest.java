package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.proto.v1.ErrorReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where a member looks for its coordinator, and when it leaves one. */
final class GroupMachineStreamTest extends GroupMachineScene {
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
    void aHeartbeatGoesOutEachSecondAndThreeTimesInAShortSessionTimeout() {
        joined(P0);
        assertThat(heartbeatsIn(10_000)).isEqualTo(10);
        machine = machine(GroupConfig.of("g").withSessionTimeoutMs(1_000));
        joined(P0);
        assertThat(heartbeatsIn(1_000)).isBetween(2, 3);
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
}
