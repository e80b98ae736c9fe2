package io.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.lab.cluster.ClusterProcesses.Blow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes; ZooKeeper's, since one starts within a second. */
class LocalProcessesTest {
    private static final Member ZK = Member.zooKeeper(1);

    @TempDir
    Path folder;

    private ClusterDirectory directory = new ClusterDirectory(Path.of(""));
    private LocalCluster cluster = new LocalCluster(directory);

    @BeforeEach
    void aClusterOfWhichZooKeeperRuns() throws IOException, InterruptedException {
        directory = new ClusterDirectory(folder);
        cluster = new LocalCluster(directory);
        directory.save(ClusterState.of(FreePorts.layout(3, 1)));
        cluster.start(ZK);
    }

    @AfterEach
    void nothingIsLeftRunning() throws IOException, InterruptedException {
        cluster.down();
    }

    @Test
    void aBlowFallsOnWhatItWasAimedAtAndItCanBeStartedAgain() throws IOException, InterruptedException {
        LocalProcesses processes = LocalProcesses.of(directory);
        ClusterState before = directory.load().orElseThrow();

        processes.atZooKeeper(Blow.KILL).fall();
        assertThat(MemberStop.awaitEnd(before, ZK, System.nanoTime() + 10_000_000_000L))
                .isTrue();
        processes.startZooKeeper();

        assertThat(directory.load().orElseThrow().isRunning(ZK)).isTrue();
    }

    @Test
    void whatIsPausedIsResumed() throws IOException, InterruptedException {
        LocalProcesses processes = LocalProcesses.of(directory);

        processes.atZooKeeper(Blow.PAUSE).fall();
        assertThat(directory.load().orElseThrow().isRunning(ZK)).isTrue();
        processes.atZooKeeper(Blow.RESUME).fall();

        assertThat(ZooKeeperProbe.whyNotReady(
                        directory.load().orElseThrow().layout().clientPort(ZK)))
                .isEmpty();
    }

    @Test
    void nobodyCanAimAtWhatDoesNotRun() throws IOException {
        LocalProcesses processes = LocalProcesses.of(directory);

        assertThat(processes.brokerIds()).containsExactly(1, 2, 3);
        assertThatThrownBy(() -> processes.atBrokers(Set.of(2), Blow.KILL))
                .hasMessageContaining("broker-2 does not run");
    }
}
