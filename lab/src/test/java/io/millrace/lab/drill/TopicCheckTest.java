package io.millrace.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.lab.drill.SentRuns.Outcome;
import io.millrace.lab.traffic.RecordSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicCheckTest {
    private static final int RECORDS = 100;
    private static final Payload PAYLOAD = new Payload(7, 32);

    private final SentRuns first = new SentRuns();
    private final SentRuns second = new SentRuns();
    private final TopicCheck check = new TopicCheck(PAYLOAD, List.of(first, second));

    @Test
    void whatIsStoredAsItWasAcknowledgedIsClean() {
        acknowledgeAndStoreAll(check);

        CheckCounts counts = check.counts();
        assertThat(counts.isClean()).isTrue();
        assertThat(counts.acknowledged()).isEqualTo(2 * RECORDS);
        assertThat(counts.readBack()).isEqualTo(2 * RECORDS);
    }

    @Test
    void everyPlantedFaultIsReportedAsWhatItIs() throws IOException {
        acknowledgeAndStoreAll(check);

        List<PlantedFault> missed = new CheckSelfTest(
                        this::storeAll, () -> new TopicCheck(PAYLOAD, List.of(first, second)), List.of(first, second))
                .missed();

        assertThat(missed).isEmpty();
    }

    @Test
    void anAcknowledgedRecordThatIsMissingIsLost() {
        first.acknowledged(3, 0);
        store(check, 0, 0, 0);
        store(check, 0, 1, 1);

        assertThat(check.counts()).isEqualTo(counts(3, 2, 1, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void aRecordThatIsStoredTwiceIsADuplicateEvenIfNobodyAcknowledgedIt() {
        first.failed(1, Outcome.UNKNOWN);
        store(check, 0, 0, 0);
        store(check, 0, 1, 0);

        assertThat(check.counts()).isEqualTo(counts(0, 2, 0, 1, 0, 0, 0, 0, 0, 1));
    }

    @Test
    void acknowledgedRecordsThatChangedPlacesAreReorderedAndMisplaced() {
        first.acknowledged(3, 0);
        store(check, 0, 0, 0);
        store(check, 0, 1, 2);
        store(check, 0, 2, 1);

        assertThat(check.counts()).isEqualTo(counts(3, 3, 0, 0, 1, 2, 0, 0, 0, 0));
    }

    @Test
    void aLateRecordThatNobodyAcknowledgedIsNoReordering() {
        first.acknowledged(1, 0);
        first.failed(1, Outcome.UNKNOWN);
        first.acknowledged(1, 1);
        store(check, 0, 0, 0);
        store(check, 0, 1, 2);
        store(check, 0, 2, 1);

        assertThat(check.counts()).isEqualTo(counts(2, 3, 0, 0, 0, 0, 0, 0, 0, 1));
    }

    @Test
    void aRecordThatWasRefusedForGoodMustNotAppear() {
        first.failed(1, Outcome.REFUSED);
        store(check, 0, 0, 0);

        assertThat(check.counts()).isEqualTo(counts(0, 1, 0, 0, 0, 0, 0, 0, 1, 0));
        assertThat(check.counts().isClean()).isFalse();
    }

    @Test
    void anOffsetThatIsLeftOutIsAHole() {
        first.acknowledged(1, 0);
        first.acknowledged(1, 5);
        store(check, 0, 0, 0);
        store(check, 0, 5, 1);

        assertThat(check.counts()).isEqualTo(counts(2, 2, 0, 0, 0, 0, 1, 0, 0, 0));
    }

    @Test
    void aRecordOfAnotherPartitionOrRunOrWithAnotherByteIsForeign() {
        first.acknowledged(1, 0);
        second.acknowledged(1, 0);
        ByteBuffer altered = PAYLOAD.encode(0, 0);
        altered.put(31, (byte) 1);
        check.accept(0, 0, null, PAYLOAD.encode(1, 0));
        check.accept(0, 1, null, new Payload(8, 32).encode(0, 0));
        check.accept(0, 2, null, altered);
        check.accept(0, 3, null, null);
        store(check, 1, 0, 0);

        assertThat(check.counts()).isEqualTo(counts(2, 5, 1, 0, 0, 0, 0, 4, 0, 0));
    }

    private void acknowledgeAndStoreAll(RecordSink sink) {
        first.acknowledged(RECORDS, 0);
        second.acknowledged(RECORDS, 0);
        try {
            storeAll(sink);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void storeAll(RecordSink sink) throws IOException {
        for (int partition = 0; partition < 2; partition++) {
            for (int number = 0; number < RECORDS; number++) {
                sink.accept(partition, number, null, PAYLOAD.encode(partition, number));
            }
        }
    }

    private static void store(TopicCheck check, int partition, long offset, long number) {
        check.accept(partition, offset, null, PAYLOAD.encode(partition, number));
    }

    private static CheckCounts counts(
            long acknowledged,
            long readBack,
            long lost,
            long duplicated,
            long reordered,
            long misplaced,
            long holes,
            long foreign,
            long refusedYetStored,
            long unknownStored) {
        return new CheckCounts(
                acknowledged,
                readBack,
                lost,
                duplicated,
                reordered,
                misplaced,
                holes,
                foreign,
                refusedYetStored,
                unknownStored);
    }
}
