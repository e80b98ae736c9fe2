package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.partition.EpochEnd;
import org.junit.jupiter.api.Test;

class EpochHistoryTest {
    /** Epoch 2 wrote 10 to 19, epoch 5 wrote 20 to 29, epoch 6 wrote 30 to 39. */
    private final EpochHistory history =
            EpochHistory.empty().plus(2, 10).plus(5, 20).plus(6, 30).withLogEnd(40);

    @Test
    void theEndOfAnEpochIsTheStartOfTheNextOrTheLogEnd() {
        assertThat(history.endOf(2)).isEqualTo(new EpochEnd(2, 20));
        assertThat(history.endOf(5)).isEqualTo(new EpochEnd(5, 30));
        assertThat(history.endOf(6)).isEqualTo(new EpochEnd(6, 40));
    }

    @Test
    void anUnknownEpochIsAnsweredWithTheLargestBelowIt() {
        assertThat(history.endOf(4)).isEqualTo(new EpochEnd(2, 20));
        assertThat(history.endOf(100)).isEqualTo(new EpochEnd(6, 40));
    }

    @Test
    void anEpochOlderThanAllIsAnsweredWithItselfAndTheFirstStart() {
        assertThat(history.endOf(1)).isEqualTo(new EpochEnd(1, 10));
        assertThat(history.endOf(-1)).isEqualTo(new EpochEnd(-1, 10));
        assertThat(EpochHistory.empty().withLogEnd(7).endOf(3)).isEqualTo(new EpochEnd(3, 7));
    }

    @Test
    void everyOffsetHasTheEpochThatWroteIt() {
        assertThat(history.epochOf(9)).isEqualTo(EpochHistory.NO_EPOCH);
        assertThat(history.epochOf(10)).isEqualTo(2);
        assertThat(history.epochOf(19)).isEqualTo(2);
        assertThat(history.epochOf(20)).isEqualTo(5);
        assertThat(history.epochOf(1000)).isEqualTo(6);
    }

    @Test
    void aPartOfTheLogHasTheEpochsOfThatPart() {
        assertThat(history.within(10, 40)).isEqualTo(history);
        assertThat(history.within(10, 20).toString()).isEqualTo("[2@10 end@20]");
        assertThat(history.within(25, 31).toString()).isEqualTo("[5@25 6@30 end@31]");
        assertThat(history.within(50, 50).toString()).isEqualTo("[end@50]");
        assertThat(history.within(10, 10).lastEpoch()).isEqualTo(EpochHistory.NO_EPOCH);
    }

    @Test
    void epochZeroIsARealEpoch() {
        EpochHistory first = EpochHistory.empty().plus(0, 0).withLogEnd(5);

        assertThat(first.lastEpoch()).isEqualTo(0);
        assertThat(first.endOf(0)).isEqualTo(new EpochEnd(0, 5));
    }
}
