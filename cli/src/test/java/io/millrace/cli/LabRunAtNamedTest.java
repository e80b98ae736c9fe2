package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The laboratory at a cluster that somebody else runs. */
@Timeout(240)
final class LabRunAtNamedTest {
    private final ProxySelector before = ProxySelector.getDefault();

    @TempDir
    Path folder;

    private RealBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = new RealBroker(folder);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void clientsAreCutOffAndNothingIsLostAndTheServersAndThisProcessAreLeftAsTheyWere() throws Exception {
        Path page = folder.resolve("run.html");

        CommandRun.Result run = broker.run(
                "lab",
                "run",
                "--faults",
                "kill,partition,one-way",
                "--duration",
                "22s",
                "--seed",
                "3",
                "--rate",
                "100",
                "--partitions",
                "2",
                "--report",
                page.toString(),
                "-o",
                "json");

        LabReport report = LabReport.of(run);
        assertThat(report.struck()).as("seed 3").containsExactlyInAnyOrder("partition", "one-way");
        assertThat(report.get("faults"))
                .allSatisfy(
                        fault -> assertThat(fault.get("isHealed").asBoolean()).isTrue())
                .allSatisfy(
                        fault -> assertThat(fault.get("unavailableMs").asLong()).isGreaterThan(1_000));
        assertThat(report.get("skippedFaults").get("kill").asText()).isEqualTo("the servers are the user's");
        assertThat(Files.readString(page)).contains("the clients").contains("the servers are the user");
        assertThat(run.err()).contains("Deleted from the cluster: topic ");
        assertThat(ProxySelector.getDefault()).isSameAs(before);
    }

    @Test
    void aRunThatIsStoppedHealsItsFaultAndTidiesUp() throws Exception {
        CommandRun command = broker.prepare(
                "lab",
                "run",
                "--faults",
                "partition",
                "--duration",
                "1h",
                "--seed",
                "3",
                "--rate",
                "100",
                "--partitions",
                "2");
        CompletableFuture<CommandRun.Result> run = command.start();
        await().atMost(Duration.ofMinutes(1)).until(() -> command.textSoFar().contains("Drawn"));
        assertThat(ProxySelector.getDefault()).isNotSameAs(before);

        command.stop();

        CommandRun.Result result = run.get(2, TimeUnit.MINUTES);
        assertThat(result.exitCode()).as(result.text() + result.err()).isZero();
        assertThat(result.text()).contains("Every promise was kept.");
        assertThat(ProxySelector.getDefault()).isSameAs(before);
    }

    @Test
    void faultsThatNeedServersAreSkippedAndClientsGoStraight() throws Exception {
        CommandRun command = broker.prepare(
                "lab", "run", "--faults", "kill", "--duration", "1h", "--rate", "100", "--partitions", "2");
        CompletableFuture<CommandRun.Result> run = command.start();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> command.textSoFar().contains("Skipped: kill, because the servers are the user's."));
        assertThat(ProxySelector.getDefault()).isSameAs(before);

        command.stop();

        assertThat(run.get(2, TimeUnit.MINUTES).exitCode()).isZero();
    }

    @Test
    void anAddressThatIsNoneIsAMistakeInTheCommandLine() {
        CommandRun.Result run = CommandRun.run("lab", "run", "--bootstrap", "localhost");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'localhost' in 'localhost' is not HOST:PORT");
    }
}
