package io.millrace.lab.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void linesComeDueEvenlyAndAllAtTheEnd() {
        Pace pace = new Pace(Duration.ofNanos(100));

        assertThat(pace.due(10, 0)).isZero();
        assertThat(pace.due(10, 55)).isEqualTo(5);
        assertThat(pace.due(10, 99)).isEqualTo(9);
        assertThat(pace.due(10, 100)).isEqualTo(10);
        assertThat(pace.due(10, 1_000)).isEqualTo(10);
    }

    @Test
    void withoutAPaceEverythingIsDueAtOnce() {
        assertThat(Pace.NONE.due(10, 0)).isEqualTo(10);
    }
}
