package io.millrace.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Safeguards;
import io.millrace.lab.history.HistoryEvent;
import io.millrace.lab.history.check.Anomaly;
import io.millrace.lab.history.check.HistoryCheck;
import io.millrace.lab.history.check.HistoryReport;
import io.millrace.lab.history.plant.HistorySelfTest;
import io.millrace.lab.history.plant.HistorySelfTest.Trial;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulatedHistoryTest {

    private static final int EVENTS = 3_000;

    private static List<HistoryEvent> history(long seed) {
        List<HistoryEvent> events = new ArrayList<>();
        SimulationResult result = new Simulation(Swarm.plan(seed, Safeguards.ALL), events::add).run(EVENTS);
        assertThat(result.isGood()).as("seed %d: %s", seed, result.inWords()).isTrue();
        return events;
    }

    @Test
    void theCheckerFindsNothingInFiftySeeds() {
        List<String> found = LongStream.rangeClosed(1, 50)
                .parallel()
                .mapToObj(seed -> {
                    HistoryReport report = HistoryCheck.check(history(seed));
                    assertThat(report.acknowledged()).as("seed %d", seed).isPositive();
                    return report.findings().stream().map(finding -> "seed " + seed + ": " + finding);
                })
                .flatMap(stream -> stream)
                .toList();

        assertThat(found).isEmpty();
    }

    @Test
    void whatIsPlantedIntoASimulatedRunIsNamed() {
        Map<Anomaly, Trial> passed = new EnumMap<>(Anomaly.class);
        for (long seed = 1; seed <= 4; seed++) {
            for (Trial trial : HistorySelfTest.run(history(seed))) {
                if (trial.isPlanted()) {
                    assertThat(trial.found()).as("seed %d, %s", seed, trial).contains(trial.anomaly());
                    passed.put(trial.anomaly(), trial);
                }
            }
        }

        assertThat(passed)
                .containsKeys(
                        Anomaly.LOST_WRITE,
                        Anomaly.DUPLICATE,
                        Anomaly.ABORTED_READ,
                        Anomaly.INCONSISTENT_OFFSETS,
                        Anomaly.TWO_APPENDERS,
                        Anomaly.TWO_LEADERS,
                        Anomaly.READ_ABOVE_HIGH_WATERMARK,
                        Anomaly.COMMIT_BACK);
    }
}
