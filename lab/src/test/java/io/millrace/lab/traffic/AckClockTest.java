package io.millrace.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AckClockTest {
    private final AckClock clock = new AckClock();

    @Test
    void aSilenceBeginsWithTheAcknowledgementBeforeTheMark() {
        clock.onAcknowledged(5, 10);
        clock.mark(30);
        clock.onAcknowledged(31, 100);
        clock.onAcknowledged(101, 120);

        assertThat(clock.longestSilenceNs(125)).isEqualTo(90);
    }

    @Test
    void aSilenceThatGoesOnCounts() {
        clock.mark(0);
        clock.onAcknowledged(1, 2);

        assertThat(clock.longestSilenceNs(500)).isEqualTo(498);
    }

    @Test
    void whatEndedBeforeTheMarkDoesNotCount() {
        clock.onAcknowledged(0, 1);
        clock.onAcknowledged(1, 1_000);
        clock.mark(1_005);
        clock.onAcknowledged(1_006, 1_010);

        assertThat(clock.longestSilenceNs(1_011)).isEqualTo(10);
    }

    @Test
    void onlyWhatWasHandedOverAfterTheMarkShowsThatWritesGoOn() {
        clock.mark(100);
        clock.onAcknowledged(90, 101);
        assertThat(clock.hasResumed()).isFalse();

        clock.onAcknowledged(102, 110);
        assertThat(clock.hasResumed()).isTrue();
    }

    @Test
    void aGapLastsFromTheLastAcknowledgementBeforeToTheFirstOfWhatCameAfter() {
        clock.onAcknowledged(5, 10);
        clock.mark(30);
        clock.onAcknowledged(29, 31);
        assertThat(clock.gapNs()).isEmpty();

        clock.onAcknowledged(40, 100);
        clock.onAcknowledged(101, 400);
        assertThat(clock.gapNs()).hasValue(90);
    }
}
