package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The laboratory on processes of its own: one kill, one partition, and nothing left of them. */
final class LabRunTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(240)
    void brokersAreKilledAndCutOffAndNothingIsLostNorLeftRunning() throws IOException {
        Path dir = folder.resolve("lab");

        CommandRun.Result run = CommandRun.run(
                "lab",
                "run",
                "--zookeepers",
                "1",
                "--faults",
                "kill,partition",
                "--duration",
                "8s",
                "--seed",
                "3",
                "--rate",
                "200",
                "--partitions",
                "3",
                "--dir",
                dir.toString(),
                "-o",
                "json");

        LabReport report = LabReport.of(run);
        assertThat(report.struck()).as("seed 3").containsAnyOf("kill", "partition");
        assertThat(report.get("check").get("acknowledged").asLong()).isGreaterThan(600);
        assertThat(commandLines()).noneMatch(line -> line.contains(dir.toString()));
        assertThat(dir.resolve("run.lock")).doesNotExist();
        assertThat(run.err()).contains("Data and logs of the cluster: " + dir);
    }

    private static Stream<String> commandLines() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""));
    }
}
