package io.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GapsTest {

    @Test
    void anAnswerThatWasUnderWayWhenTheVictimDiedDoesNotEndTheGap() {
        Gaps gaps = new Gaps();
        gaps.onAcknowledged(90, 100);
        gaps.onAcknowledged(100, 113);
        gaps.onAcknowledged(111, 900);

        // Killed at 110; what came at 113 had been answered before.
        assertThat(gaps.longestAfter(110)).isEqualTo(787);
    }

    @Test
    void aPauseThatWasOverBeforeTheKillDoesNotCount() {
        Gaps gaps = new Gaps();
        gaps.onAcknowledged(0, 0);
        gaps.onAcknowledged(1, 5_000);
        gaps.onAcknowledged(2, 5_100);
        gaps.onAcknowledged(5_060, 5_300);

        assertThat(gaps.longestAfter(5_050)).isEqualTo(200);
    }

    @Test
    void onlyARecordThatWasHandedOverAfterwardsShowsThatWritesGoOn() {
        Gaps gaps = new Gaps();
        gaps.onAcknowledged(100, 120);
        assertThat(gaps.hasGoneOnSince(110)).isFalse();

        gaps.onAcknowledged(111, 300);
        assertThat(gaps.hasGoneOnSince(110)).isTrue();
    }
}
