package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceException.Kind;
import io.millrace.client.Routes.Leader;
import io.millrace.proto.v1.Certainty;
import org.junit.jupiter.api.Test;

final class LeaderTriesTest {
    private static final Leader OLD = new Leader("a:1", 3);

    private final LeaderTries tries = new LeaderTries();

    @Test
    void aLeaderThatFailedRestsLongerEachTime() {
        tries.onFailed(OLD, silence(Certainty.CERTAINTY_INDETERMINATE), 0, 0);
        assertThat(tries.mayTry(OLD, 19)).isFalse();
        assertThat(tries.mayTry(OLD, 20)).isTrue();
        tries.onFailed(OLD, silence(Certainty.CERTAINTY_INDETERMINATE), 20, 0);
        assertThat(tries.mayTry(OLD, 59)).isFalse();
        assertThat(tries.mayTry(OLD, 60)).isTrue();
    }

    @Test
    void aNewEpochOfTheSameBrokerIsTriedAtOnceAndStartsOver() {
        tries.onFailed(OLD, silence(Certainty.CERTAINTY_INDETERMINATE), 0, 0);
        tries.onFailed(OLD, silence(Certainty.CERTAINTY_INDETERMINATE), 20, 0);
        Leader again = new Leader("a:1", 4);
        assertThat(tries.mayTry(again, 20)).isTrue();
        tries.onFailed(again, silence(Certainty.CERTAINTY_INDETERMINATE), 20, 0);
        assertThat(tries.mayTry(again, 40)).isTrue();
    }

    @Test
    void onlyALeaderThatCannotBeConnectedToIsTriedThroughAnother() {
        tries.onFailed(OLD, silence(Certainty.CERTAINTY_DEFINITE), 0, 0);
        assertThat(tries.isBetterForwarded(OLD)).isTrue();
        assertThat(tries.isBetterForwarded(new Leader("b:1", 4))).isFalse();
        tries.onFailed(OLD, silence(Certainty.CERTAINTY_INDETERMINATE), 20, 0);
        assertThat(tries.isBetterForwarded(OLD)).isFalse();
    }

    @Test
    void aLeaderThatHasNotHeardOfItsElectionYetIsTriedAgainWithinMilliseconds() {
        MillraceException behind = StatusReader.read(Refusals.notLeader(2, "b:1"), "a:1", true);
        tries.onFailed(OLD, behind, 0, 1);
        assertThat(tries.mayTry(OLD, 5)).isFalse();
        assertThat(tries.mayTry(OLD, 6)).isTrue();
        for (int again = 0; again < 20; again++) {
            tries.onFailed(OLD, behind, 6, 1);
        }
        assertThat(tries.mayTry(OLD, 45)).isFalse();
        assertThat(tries.mayTry(OLD, 46)).isTrue();
        assertThat(RetryRules.spoilsRoute(behind, OLD.leaderEpoch())).isFalse();
        assertThat(RetryRules.spoilsRoute(behind, 2)).isTrue();
    }

    private static MillraceException silence(Certainty certainty) {
        return MillraceException.withoutDetail(Kind.UNREACHABLE, certainty, "told so by the test", null);
    }
}
