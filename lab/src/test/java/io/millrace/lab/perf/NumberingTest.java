package io.millrace.lab.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.TopicPartition;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class NumberingTest {
    private static final TopicPartition FIRST = new TopicPartition("t", 0);
    private static final TopicPartition SECOND = new TopicPartition("t", 1);

    private final Numbering numbering = new Numbering();
    private final long run = Numbering.newRun();

    @Test
    void numbersThatAscendInEachPartitionAreFine() {
        see(FIRST, 0, 2, 3);
        see(SECOND, 1, 4);

        assertFound(0, 0, 0);
        assertThat(numbering.records()).isEqualTo(5);
        assertThat(numbering.runs()).isEqualTo(1);
    }

    @Test
    void aDuplicateIsFoundWhereverItIs() {
        see(FIRST, 0, 1, 1);
        see(SECOND, 0, 2);

        assertFound(2, 0, 0);
    }

    @Test
    void aRecordBehindALaterOneIsFound() {
        see(FIRST, 0, 2, 1, 3);

        assertFound(0, 1, 0);
    }

    @Test
    void aGapIsMissingAndTheEndIsNot() {
        see(FIRST, 0, 3);
        see(SECOND, 5);

        assertFound(0, 0, 3);
    }

    @Test
    void runsDoNotMeetAndOtherValuesAreLeftAlone() {
        see(FIRST, 0, 1);
        numbering.onRecord(FIRST, value(Numbering.newRun(), 0));
        numbering.onRecord(FIRST, ByteBuffer.wrap(new byte[3]));
        numbering.onRecord(FIRST, ByteBuffer.allocate(100));

        assertFound(0, 0, 0);
        assertThat(numbering.runs()).isEqualTo(2);
        assertThat(numbering.unnumbered()).isEqualTo(2);
    }

    private void see(TopicPartition partition, int... numbers) {
        for (int number : numbers) {
            numbering.onRecord(partition, value(run, number));
        }
    }

    private static ByteBuffer value(long run, int number) {
        return ByteBuffer.wrap(Numbering.number(new byte[20], run, number));
    }

    private void assertFound(long duplicated, long reordered, long missing) {
        assertThat(numbering.duplicated()).isEqualTo(duplicated);
        assertThat(numbering.reordered()).isEqualTo(reordered);
        assertThat(numbering.missing()).isEqualTo(missing);
    }
}
