package io.millrace.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.lab.drill.SentRuns.Outcome;
import org.junit.jupiter.api.Test;

class SentRunsTest {
    private final SentRuns runs = new SentRuns();

    @Test
    void eachRecordIsWhereItsBatchWasAcknowledged() {
        runs.acknowledged(3, 10);
        runs.acknowledged(2, 13);
        runs.acknowledged(4, 20);

        assertThat(runs.sent()).isEqualTo(9);
        assertThat(runs.offset(0)).isEqualTo(10);
        assertThat(runs.offset(4)).isEqualTo(14);
        assertThat(runs.offset(5)).isEqualTo(20);
        assertThat(runs.offset(8)).isEqualTo(23);
        assertThat(runs.outcome(9)).isEmpty();
        assertThat(runs.outcome(-1)).isEmpty();
    }

    @Test
    void afterAFailureTheNumbersGoOn() {
        runs.acknowledged(2, 0);
        runs.failed(3, Outcome.UNKNOWN);
        runs.failed(1, Outcome.REFUSED);
        runs.acknowledged(1, 2);

        assertThat(runs.outcome(1)).contains(Outcome.ACKNOWLEDGED);
        assertThat(runs.outcome(2)).contains(Outcome.UNKNOWN);
        assertThat(runs.outcome(4)).contains(Outcome.UNKNOWN);
        assertThat(runs.outcome(5)).contains(Outcome.REFUSED);
        assertThat(runs.offset(6)).isEqualTo(2);
        assertThat(runs.count(Outcome.UNKNOWN)).isEqualTo(3);
        assertThat(runs.count(Outcome.ACKNOWLEDGED)).isEqualTo(3);
        assertThatThrownBy(() -> runs.offset(3)).hasMessageContaining("not acknowledged: 3");
    }
}
