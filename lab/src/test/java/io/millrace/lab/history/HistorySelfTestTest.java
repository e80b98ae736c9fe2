package io.millrace.lab.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.lab.history.check.Anomaly;
import io.millrace.lab.history.check.HistoryCheck;
import io.millrace.lab.history.check.HistoryReport;
import io.millrace.lab.history.plant.HistorySelfTest;
import io.millrace.lab.history.plant.HistorySelfTest.Trial;
import io.millrace.lab.history.plant.SampleHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HistorySelfTestTest {

    static Stream<Trial> trials() {
        return HistorySelfTest.run(SampleHistory.events()).stream();
    }

    @ParameterizedTest
    @MethodSource("trials")
    void eachPlantedAnomalyIsNamedAndNothingElse(Trial trial) {
        assertThat(trial.isPlanted()).as("planted").isTrue();
        assertThat(trial.found()).isEqualTo(Set.of(trial.anomaly()));
    }

    @Test
    void aHistoryWithoutAnomaliesHasNoFindings() {
        HistoryReport report = HistoryCheck.check(SampleHistory.events());

        assertThat(report.findings()).isEmpty();
        assertThat(report.acknowledged()).isPositive();
        assertThat(report.refused()).isPositive();
        assertThat(report.indeterminate()).isPositive();
        assertThat(report.unanswered()).isZero();
    }

    @Test
    void aFindingSaysWhereItIsSeen() {
        List<HistoryEvent> events = new ArrayList<>(SampleHistory.events());
        events.removeIf(event -> event instanceof ClientEvent.Fetched read
                && read.at().process().equals("last-reader")
                && read.partition().number() == 0);

        HistoryReport report = HistoryCheck.check(events);

        assertThat(report.count(Anomaly.LOST_WRITE)).isEqualTo(3);
        assertThat(report.findings().get(0).places()).isNotEmpty();
        assertThat(report.findings().get(0).sentence()).startsWith("sample-0: value ");
    }
}
