package io.millrace.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.lab.drill.Payload;
import io.millrace.lab.history.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReadingsTest {
    private final Payload payload = new Payload(1, Payload.MIN_BYTES);
    private final Readings readings = new Readings(payload);

    @Test
    void aReaderThatGoesOnRecordByRecordIsClean() {
        read("a", false, 0, 0);
        read("a", false, 1, 1);
        read("b", false, 0, 0);
        assertThat(readings.counts()).isEqualTo(new Readings.Counts(3, 0, 0, 0, 0, 0));
        assertThat(readings.hasRead("a", 0, 2)).isTrue();
        assertThat(readings.hasRead("b", 0, 2)).isFalse();
    }

    @Test
    void aJumpForwardAndAStepBackAreEachCounted() {
        read("a", false, 0, 0);
        read("a", false, 2, 2);
        read("a", false, 1, 1);
        assertThat(readings.counts()).isEqualTo(new Readings.Counts(3, 0, 1, 1, 0, 0));
    }

    @Test
    void aMemberMayReadAgainButNotBehindWhatTheGroupHasSeen() {
        read("m1", true, 0, 0);
        read("m2", true, 0, 0);
        assertThat(readings.counts().skippedByGroup()).isZero();
        read("m2", true, 2, 2);
        assertThat(readings.counts().skippedByGroup()).isOne();
        assertThat(readings.hasGroupRead(0, 3)).isTrue();
    }

    @Test
    void anotherRecordAtAnOffsetIsCountedAmongReadersAndInWhatIsStored() {
        read("a", false, 0, 5);
        read("b", false, 0, 6);
        assertThat(readings.counts().changed()).isOne();
        readings.accept(0, 0, null, payload.encode(0, 5));
        assertThat(readings.counts().changed()).isOne();
        readings.accept(0, 0, null, payload.encode(0, 7));
        assertThat(readings.counts().changed()).isEqualTo(2);
    }

    private void read(String reader, boolean isInGroup, long offset, long number) {
        readings.onPolled(new Polled(reader, isInGroup, 0, 0, 0, offset, List.of(new Run(offset, number, 1))));
    }
}
