package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RetryRulesTest {

    @ParameterizedTest
    @EnumSource(ErrorReason.class)
    void noReasonMakesAnIndeterminateWriteSafeToRepeat(ErrorReason reason) {
        assertThat(RetryRules.mayRetry(refused(reason, Certainty.CERTAINTY_INDETERMINATE), false, 0))
                .isFalse();
    }

    @Test
    void aRefusalThatSaysNothingOfItsCertaintyCountsAsIndeterminate() {
        MillraceException failure =
                refused(ErrorReason.ERROR_REASON_NOT_ENOUGH_REPLICAS, Certainty.CERTAINTY_UNSPECIFIED);
        assertThat(RetryRules.mayRetry(failure, false, 0)).isFalse();
        assertThat(RetryRules.mayRetry(failure, true, 0)).isTrue();
    }

    @Test
    void whatTheCallerGotWrongIsNotTriedAgainEvenForAReader() {
        MillraceException failure = refused(ErrorReason.ERROR_REASON_INVALID_REQUEST, Certainty.CERTAINTY_DEFINITE);
        assertThat(RetryRules.mayRetry(failure, true, 0)).isFalse();
    }

    /** An undo behind a commit, and a commit behind a later one, waited for the whole timeout to be refused again. */
    @Test
    void whatIsOutOfDateIsNotTriedAgain() {
        MillraceException failure = refused(ErrorReason.ERROR_REASON_CONFLICT, Certainty.CERTAINTY_DEFINITE);
        assertThat(RetryRules.mayRetry(failure, true, 0)).isFalse();
    }

    @Test
    void anUnknownTopicIsBelievedAfterASecond() {
        MillraceException failure = refused(ErrorReason.ERROR_REASON_UNKNOWN_TOPIC, Certainty.CERTAINTY_DEFINITE);
        assertThat(RetryRules.mayRetry(failure, false, 999)).isTrue();
        assertThat(RetryRules.mayRetry(failure, false, 1_000)).isFalse();
    }

    @Test
    void onlyAddressesThatRefuseAndNeverAnsweredAreGivenUpBeforeTheTimeout() {
        assertThat(RetryRules.isHopeless(silent(Kind.UNREACHABLE), false)).isTrue();
        assertThat(RetryRules.isHopeless(silent(Kind.UNREACHABLE), true)).isFalse();
        assertThat(RetryRules.isHopeless(silent(Kind.TIMED_OUT), false)).isFalse();
    }

    private static MillraceException silent(Kind kind) {
        return MillraceException.withoutDetail(kind, Certainty.CERTAINTY_DEFINITE, "told so by the test", null);
    }

    @Test
    void pausesDoubleUpToASecondAndAreNeverZero() {
        MillraceException silence = silent(Kind.UNREACHABLE);
        assertThat(RetryRules.pauseMs(silence, 1, 0)).isEqualTo(20);
        assertThat(RetryRules.pauseMs(silence, 2, 0)).isEqualTo(40);
        assertThat(RetryRules.pauseMs(silence, 1_000_000, 0.999)).isBetween(990L, 1_000L);
    }

    @Test
    void whileTheClusterElectsThePauseDoesNotGrow() {
        MillraceException electing = refused(ErrorReason.ERROR_REASON_NOT_LEADER, Certainty.CERTAINTY_DEFINITE);
        assertThat(RetryRules.pauseMs(electing, 1_000, 0.999)).isBetween(39L, 40L);
    }

    private static MillraceException refused(ErrorReason reason, Certainty certainty) {
        ErrorDetail detail = ErrorDetail.newBuilder()
                .setReasonValue(reason == ErrorReason.UNRECOGNIZED ? 999 : reason.getNumber())
                .setCertainty(certainty)
                .build();
        return new MillraceException(Kind.REFUSED, detail, "told so by the test", null);
    }
}
