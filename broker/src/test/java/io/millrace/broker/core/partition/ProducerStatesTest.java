package io.millrace.broker.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ErrorReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProducerStatesTest {
    private static final long ID = 7;

    private final ProducerStates states = new ProducerStates(3);
    private long logEnd = 100;

    @Test
    void aProducerBeginsWithSequenceZeroAndGoesOnWithoutAGap() {
        append(ID, 0, 0, 3);
        append(ID, 0, 3, 1);
        append(ID, 0, 4, 2);
        assertThat(reason(ID, 0, 7, 1)).isEqualTo(ErrorReason.OUT_OF_ORDER_SEQUENCE);
    }

    @Test
    void aProducerThatIsUnknownMayNotBeginInTheMiddle() {
        assertThat(reason(ID, 0, 1, 1)).isEqualTo(ErrorReason.UNKNOWN_PRODUCER_ID);
        append(ID + 1, 0, 0, 1);
        assertThat(reason(ID, 0, 1, 1)).isEqualTo(ErrorReason.UNKNOWN_PRODUCER_ID);
    }

    @Test
    void eachOfTheLastFiveBatchesIsFoundWithTheOffsetsItGot() {
        List<ProducedBatch> batches = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            batches.add(append(ID, 0, 2 * i, 2));
            append(ID + 1, 0, i, 1);
        }
        for (ProducedBatch batch : batches) {
            assertThat(states.verdict(offered(ID, 0, batch.baseSequence(), 2)))
                    .isEqualTo(new SequenceVerdict.Duplicate(batch));
        }
        append(ID, 0, 10, 2);
        assertThat(reason(ID, 0, 0, 2)).isEqualTo(ErrorReason.DUPLICATE_SEQUENCE);
    }

    @ParameterizedTest
    @CsvSource({"0,1", "0,4", "1,3", "1,2", "4,1", "2,2"})
    void whatOverlapsAKnownBatchWithoutBeingItIsRefused(int baseSequence, int count) {
        append(ID, 0, 0, 3);
        append(ID, 0, 3, 2);
        assertThat(reason(ID, 0, baseSequence, count)).isEqualTo(ErrorReason.OUT_OF_ORDER_SEQUENCE);
    }

    @Test
    void sequencesGoOnAtZeroAfterTheLargestInt() {
        states.onAppended(offered(ID, 0, Integer.MAX_VALUE - 5, 4));
        append(ID, 0, Integer.MAX_VALUE - 1, 2);
        ProducedBatch first = append(ID, 0, 0, 2);
        assertThat(states.verdict(offered(ID, 0, 0, 2))).isEqualTo(new SequenceVerdict.Duplicate(first));

        ProducedBatch across = append(ID, 1, 0, 1);
        assertThat(across.lastSequence()).isZero();
        states.onAppended(offered(ID, 1, Integer.MAX_VALUE, 3));
        append(ID, 1, 2, 1);
        assertThat(reason(ID, 1, Integer.MAX_VALUE, 2)).isEqualTo(ErrorReason.OUT_OF_ORDER_SEQUENCE);
    }

    @Test
    void aLongGoneBatchIsTakenForOneAcrossTheWrapToo() {
        states.onAppended(offered(ID, 0, Integer.MAX_VALUE - 1, 1));
        for (int i = 0; i < 6; i++) {
            append(ID, 0, (Integer.MAX_VALUE + i) & Integer.MAX_VALUE, 1);
        }
        assertThat(reason(ID, 0, Integer.MAX_VALUE - 1, 1)).isEqualTo(ErrorReason.DUPLICATE_SEQUENCE);
    }

    @Test
    void aHigherEpochFencesTheOneBeforeAndBeginsAtZero() {
        append(ID, 0, 0, 1);
        assertThat(reason(ID, 1, 1, 1)).isEqualTo(ErrorReason.OUT_OF_ORDER_SEQUENCE);
        append(ID, 1, 0, 1);
        assertThat(reason(ID, 0, 1, 1)).isEqualTo(ErrorReason.FENCED_PRODUCER_EPOCH);
        assertThat(reason(ID, 0, 0, 1)).isEqualTo(ErrorReason.FENCED_PRODUCER_EPOCH);
    }

    @Test
    void askingChangesNothing() {
        append(ID, 0, 0, 1);
        List<ProducedBatch> before = states.remembered();
        states.verdict(offered(ID, 0, 1, 1));
        states.verdict(offered(ID, 1, 0, 1));
        states.verdict(offered(ID + 1, 0, 0, 1));
        assertThat(states.remembered()).isEqualTo(before);
        append(ID, 0, 1, 1);
    }

    @Test
    void whoHasBeenSilentForTheMostOffsetsIsForgottenFirst() {
        append(1, 0, 0, 1);
        append(2, 0, 0, 1);
        append(3, 0, 0, 1);
        append(1, 0, 1, 1);
        append(4, 0, 0, 1);
        assertThat(reason(2, 0, 1, 1)).isEqualTo(ErrorReason.UNKNOWN_PRODUCER_ID);
        append(1, 0, 2, 1);
    }

    @Test
    void followersLearnWhateverTheLeaderHasAppended() {
        states.onAppended(offered(ID, 3, 17, 2));
        states.onAppended(offered(ID, 3, 40, 1));
        append(ID, 3, 41, 1);
        assertThat(states.verdict(offered(ID, 3, 17, 2))).isInstanceOf(SequenceVerdict.Duplicate.class);
    }

    @Test
    void theEndIsThatOfTheLastProducersBatch() {
        assertThat(states.endOffset()).isEqualTo(-1);
        append(ID, 0, 0, 3);
        assertThat(states.endOffset()).isEqualTo(103);
    }

    /** What is remembered, fed to an empty state, decides as the state that had it all. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsRememberedMakesTheSameStateAnew(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 2_000; step++) {
            randomBatch(random);
            if (step % 50 == 0) {
                ProducerStates again = new ProducerStates(3);
                states.remembered().forEach(again::onAppended);
                assertThat(again.remembered()).as("seed %s", seed).isEqualTo(states.remembered());
                for (int i = 0; i < 100; i++) {
                    ProducedBatch asked =
                            offered(random.nextInt(5), random.nextInt(3), random.nextInt(30), 1 + random.nextInt(2));
                    assertThat(again.verdict(asked)).as("seed %s", seed).isEqualTo(states.verdict(asked));
                }
            }
        }
    }

    private void randomBatch(Random random) {
        ProducedBatch batch = offered(random.nextInt(5), random.nextInt(3), random.nextInt(30), 1 + random.nextInt(2));
        if (random.nextInt(10) == 0 || states.verdict(batch) instanceof SequenceVerdict.Append) {
            states.onAppended(batch);
            logEnd = batch.endOffset() + random.nextInt(2);
        }
    }

    private ProducedBatch append(long id, int epoch, int baseSequence, int count) {
        ProducedBatch batch = offered(id, epoch, baseSequence, count);
        assertThat(states.verdict(batch)).isEqualTo(new SequenceVerdict.Append());
        states.onAppended(batch);
        logEnd = batch.endOffset();
        return batch;
    }

    private ErrorReason reason(long id, int epoch, int baseSequence, int count) {
        SequenceVerdict verdict = states.verdict(offered(id, epoch, baseSequence, count));
        assertThat(verdict).isInstanceOf(SequenceVerdict.Refused.class);
        assertThat(((SequenceVerdict.Refused) verdict).refusal().definite()).isTrue();
        return ((SequenceVerdict.Refused) verdict).refusal().reason();
    }

    private ProducedBatch offered(long id, int epoch, int baseSequence, int count) {
        return new ProducedBatch(id, (short) epoch, baseSequence, count, logEnd);
    }
}
