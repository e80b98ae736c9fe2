package io.millrace.lab.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadTest {

    @Test
    void recordsAreDueAtTheirRateHoweverManyThereWereBefore() {
        Load load = new Load("t", 100, 3, Long.MAX_VALUE, 1);

        assertThat(load.dueNs(0)).isZero();
        assertThat(load.dueNs(3)).isEqualTo(1_000_000_000L);
        assertThat(load.dueNs(3_000_000)).isEqualTo(1_000_000_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource({"15, 1, 1, 1", "16, -1, 1, 1", "16, 1, 0, 1", "16, 1, 1, 0"})
    void whatMakesNoSenseIsRefused(int recordBytes, long ratePerS, long records, long durationNs) {
        assertThatThrownBy(() -> new Load("t", recordBytes, ratePerS, records, durationNs))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMeterTellsPercentilesInMillisecondsAndWhatFailed() {
        Meter meter = new Meter();
        for (int ms = 1; ms <= 100; ms++) {
            meter.onDone(10, ms * 1_000_000L);
        }
        meter.onFailed();

        assertThat(meter.records()).isEqualTo(100);
        assertThat(meter.bytes()).isEqualTo(1000);
        assertThat(meter.failures()).isEqualTo(1);
        assertThat(meter.latencyMs(50)).isBetween(49.9, 50.2);
        assertThat(meter.longestMs()).isBetween(99.9, 100.2);
    }
}
