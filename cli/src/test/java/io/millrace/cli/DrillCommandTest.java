package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DrillCommandTest {
    @TempDir
    Path noCluster;

    @ParameterizedTest
    @ValueSource(strings = {"kill", "term", "kill-all", "rolling-restart"})
    void aFaultThatDoesNotLastTakesNoTimeAndSaysWhichOnesDo(String fault) {
        CommandRun.Result run = drill(fault);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--for is not for " + fault, "pause, zookeeper-stop, zookeeper-pause and none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "zookeeper-stop", "zookeeper-pause", "none"})
    void aFaultThatLastsTakesATimeAndMissesTheCluster(String fault) {
        CommandRun.Result run = drill(fault);

        assertThat(run.exitCode()).isNotIn(0, 2);
        assertThat(run.err()).contains("cluster").doesNotContain("--for");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "zookeeper-stop", "zookeeper-pause", "none"})
    void aFaultThatLastsNoTimeIsNone(String fault) {
        CommandRun.Result run = drill(fault, "0s");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--for is 1ms or more");
    }

    private CommandRun.Result drill(String fault) {
        return drill(fault, "5s");
    }

    private CommandRun.Result drill(String fault, String hold) {
        return CommandRun.run("lab", "drill", "--fault", fault, "--for", hold, "--dir", noCluster.toString());
    }
}
