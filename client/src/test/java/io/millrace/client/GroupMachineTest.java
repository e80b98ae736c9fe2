package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.proto.v1.ErrorReason;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a member has, lets go of, and loses. */
final class GroupMachineTest extends GroupMachineScene {
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
}
