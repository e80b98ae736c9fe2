package io.millrace.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceClient;
import io.millrace.lab.history.check.HistoryCheck;
import io.millrace.lab.junit.Cluster;
import io.millrace.lab.junit.MillraceCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@MillraceCluster(brokers = 3)
final class LabRunTest {
    private static final RunProgress SILENT = new RunProgress() {
        @Override
        public void onOutcome(FaultOutcome outcome) {}

        @Override
        public void onChecking() {}
    };

    @TempDir
    private Path dir;

    @Test
    void aRunThroughTheDeathOfABrokerIsCleanInItsReportAndInItsFileAndLeavesNothing(Cluster cluster) throws Exception {
        FaultStep kill = new FaultStep(FaultKind.KILL, 2, 0, 500, 100);
        // A seed by which no member of the group dies, for which the removal would wait until its session is over.
        RunPlan plan = new RunPlan("lab", 3, 3, 200, 40, 2, 1, 2, Duration.ofSeconds(4), List.of(kill), 1);
        Path history = dir.resolve("run.jsonl");
        try (MillraceClient client = MillraceClient.of(cluster.bootstrap())) {
            RunReport report = new LabRun(plan, target(cluster), client, history, SILENT).run();

            assertThat(report.violations()).isEmpty();
            assertThat(report.course().faults()).hasSize(1).allMatch(FaultOutcome::isHealed);
            assertThat(report.course().leaderMoves()).isPositive();
            assertThat(report.course().check().acknowledged()).isGreaterThan(400);
            assertThat(report.history().acknowledged())
                    .isEqualTo(report.course().check().acknowledged());
            assertThat(report.history().commits()).isPositive();
            assertThat(report.history().elections()).isPositive();
            assertThat(HistoryCheck.check(List.of(history)).events())
                    .isEqualTo(report.history().events());

            new Traces(client, plan).remove();

            assertThat(client.metadata().getTopicsList()).isEmpty();
            assertThat(client.listGroups().getGroupsList()).isEmpty();
        }
    }

    private static RunTarget target(Cluster cluster) {
        Map<FaultKind, String> skipped = new EnumMap<>(FaultKind.class);
        for (FaultKind kind : FaultKind.values()) {
            skipped.put(kind, "not in one process");
        }
        skipped.remove(FaultKind.KILL);
        FaultKit.Injector kill = step -> {
            cluster.kill(step.victim());
            return () -> cluster.start(step.victim());
        };
        return new RunTarget(
                cluster.bootstrap(),
                "three brokers of this process",
                "none",
                new FaultKit(Map.of(FaultKind.KILL, kill), skipped),
                Map.of(),
                "none",
                Optional.empty());
    }
}
