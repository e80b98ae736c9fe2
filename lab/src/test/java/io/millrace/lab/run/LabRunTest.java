package io.millrace.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceClient;
import io.millrace.lab.history.check.HistoryCheck;
import io.millrace.lab.junit.Cluster;
import io.millrace.lab.junit.MillraceCluster;
import io.millrace.lab.link.ClientLinks;
import io.millrace.lab.link.Endpoint;
import io.millrace.lab.link.LinkMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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
        FaultStep kill = new FaultStep(FaultKind.KILL, 2, FaultForm.PLAIN, 500, 100);
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

    @Test
    void clientsThatAreCutOffFromABrokerWaitForItAndLoseNothingWhileItsServersHearNothingOfIt(Cluster cluster)
            throws Exception {
        FaultStep cut = new FaultStep(FaultKind.PARTITION, 2, FaultForm.HALF_OPEN_FROM_CLIENTS, 2_000, 100);
        RunPlan plan = new RunPlan("cut", 3, 3, 200, 40, 2, 1, 2, Duration.ofSeconds(6), List.of(cut), 1);
        LinkMap links = new LinkMap();
        Map<FaultKind, String> skipped = new EnumMap<>(FaultKind.class);
        for (FaultKind kind : FaultKind.values()) {
            skipped.put(kind, "not in one process");
        }
        LinkFaults.KINDS.forEach(skipped::remove);
        FaultKit kit = new FaultKit(LinkFaults.ofClients(links).injectors(), skipped);
        ClientLinks clientLinks = ClientLinks.open(places(cluster), List.of(), links);
        try (MillraceClient client = MillraceClient.of(cluster.bootstrap())) {
            RunReport report = new LabRun(plan, target(cluster, kit), client, dir.resolve("cut.jsonl"), SILENT).run();

            assertThat(report.violations()).isEmpty();
            assertThat(report.course().faults()).singleElement().satisfies(fault -> {
                assertThat(fault.isHealed()).isTrue();
                assertThat(fault.unavailableMs()).isGreaterThan(1_000);
                assertThat(fault.elections()).isZero();
                assertThat(fault.isrChanges()).isZero();
            });
            new Traces(client, plan).remove();
        } finally {
            clientLinks.close();
        }
    }

    private static Map<String, Endpoint> places(Cluster cluster) {
        try (MillraceClient client = MillraceClient.of(cluster.bootstrap())) {
            return client.metadata().getBrokersList().stream()
                    .collect(Collectors.toMap(
                            broker -> "broker-" + broker.getId(), broker -> Endpoint.parse(broker.getEndpoint())));
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
        return target(cluster, new FaultKit(Map.of(FaultKind.KILL, kill), skipped));
    }

    private static RunTarget target(Cluster cluster, FaultKit kit) {
        return new RunTarget(
                cluster.bootstrap(), "three brokers of this process", "none", kit, Map.of(), "none", Optional.empty());
    }
}
