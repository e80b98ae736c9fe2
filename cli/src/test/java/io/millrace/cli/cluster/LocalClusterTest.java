package io.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.cli.shell.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes; ZooKeeper's, since one starts within a second. */
class LocalClusterTest {
    private static final Member ZK = Member.zooKeeper(1);

    @TempDir
    Path folder;

    private final List<Process> idle = new ArrayList<>();
    private ClusterDirectory directory = new ClusterDirectory(Path.of(""));
    private LocalCluster cluster = new LocalCluster(directory);
    private Layout layout = new Layout(1, 1, 1);

    @BeforeEach
    void aRecordedClusterOfWhichNothingRuns() throws IOException {
        directory = new ClusterDirectory(folder);
        cluster = new LocalCluster(directory);
        layout = FreePorts.layout(1, 1);
        directory.save(ClusterState.of(layout));
    }

    @AfterEach
    void nothingIsLeftRunning() throws IOException, InterruptedException {
        cluster.down();
        idle.forEach(Process::destroy);
    }

    @Test
    void aMemberThatIsStartedIsReadyAndRecorded() throws IOException, InterruptedException {
        cluster.start(ZK);

        assertThat(ZooKeeperProbe.whyNotReady(layout.clientPort(ZK))).isEmpty();
        assertThat(directory.load().orElseThrow().find(ZK)).isPresent();
        assertThat(Files.readString(directory.log(ZK))).contains("ZooKeeper listens on");
    }

    @Test
    void downEndsWhatWasStartedAndForgetsIt() throws IOException, InterruptedException {
        ClusterState running = cluster.start(ZK);

        LocalCluster.Down down = cluster.down();

        assertThat(down.stopped()).containsExactly(ZK);
        assertThat(down.killed()).isEmpty();
        assertThat(running.isRunning(ZK)).isFalse();
        assertThat(cluster.down().stopped()).isEmpty();
    }

    @Test
    void aProcessThatOnlyHasARecordedPidIsLeftAlone() throws IOException, InterruptedException {
        RecordedProcess known = RecordedProcess.of(idleProcess().toHandle(), "");
        RecordedProcess reused = new RecordedProcess(known.pid(), known.startTimeMs() - 60_000, "");
        directory.save(ClusterState.of(layout).with(ZK, reused));

        assertThat(cluster.down().stopped()).isEmpty();
        assertThat(known.find()).isPresent();
    }

    @Test
    void aKilledMemberStartsAgainOnItsData() throws IOException, InterruptedException {
        cluster.start(ZK);

        assertThat(cluster.kill(ZK, "KILL")).isTrue();
        assertThatThrownBy(() -> cluster.kill(ZK, "KILL")).hasMessageContaining("zk-1 does not run");
        cluster.start(ZK);

        assertThat(ZooKeeperProbe.whyNotReady(layout.clientPort(ZK))).isEmpty();
    }

    @Test
    void aPausedMemberAnswersNobodyUntilItIsResumed() throws IOException, InterruptedException {
        ClusterState running = cluster.start(ZK);

        cluster.pause(ZK);
        assertThat(running.isPaused(ZK)).isTrue();
        assertThat(ZooKeeperProbe.whyNotReady(layout.clientPort(ZK))).isPresent();
        assertThatThrownBy(() -> cluster.start(ZK)).hasMessageContaining("zk-1 is paused, not stopped");

        cluster.resume(ZK);
        assertThat(running.isPaused(ZK)).isFalse();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> ZooKeeperProbe.whyNotReady(layout.clientPort(ZK)).isEmpty());
    }

    @Test
    void statusCallsAPausedMemberPausedAndDoesNotWaitForIt() throws IOException, InterruptedException {
        ClusterState running = cluster.start(ZK);
        cluster.pause(ZK);

        ClusterView view = new ClusterView(directory, running);

        assertThat(view.isAllReady()).isFalse();
        assertThat(view.json().toString()).contains("name=zk-1, running=true, paused=true, ready=false");
    }

    @Test
    void downEndsAPausedMemberWithoutForce() throws IOException, InterruptedException {
        cluster.start(ZK);
        cluster.pause(ZK);

        assertThat(cluster.down()).isEqualTo(new LocalCluster.Down(List.of(ZK), List.of()));
    }

    @Test
    void aSignalThatTheSystemDoesNotKnowIsRefused() throws IOException {
        recordAsZooKeeper(idleProcess());

        assertThatThrownBy(() -> cluster.kill(ZK, "NONSENSE")).hasMessageContaining("NONSENSE");
    }

    @Test
    void whoRunsAlreadyIsNotStartedTwice() throws IOException {
        recordAsZooKeeper(idleProcess());

        assertThatThrownBy(() -> cluster.start(ZK)).hasMessageContaining("zk-1 runs already");
    }

    @Test
    void aTakenPortIsNamedBeforeAnythingStarts() throws IOException {
        int port = layout.clientPort(ZK);
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> cluster.start(ZK))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("port " + port + " (zk-1 client)");
        }
        assertThat(directory.log(ZK)).doesNotExist();
    }

    @Test
    void aMemberThatEndsWhileItStartsIsReportedWithWhatItSaid() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(directory.dataDir(ZK), "a file where the data directory should be");

        assertThatThrownBy(() -> cluster.start(ZK))
                .hasMessageContaining("zk-1 ended while it started, with exit code 1")
                .hasMessageContaining(directory.dataDir(ZK).toString());
        assertThat(directory.load().orElseThrow().processes()).isEmpty();
    }

    @Test
    void whatIsNotOfThisClusterIsNamed() {
        assertThatThrownBy(() -> cluster.start(Member.broker(2))).hasMessageContaining("no broker-2");
        assertThatThrownBy(() -> new LocalCluster(new ClusterDirectory(folder.resolve("none"))).kill(ZK, "KILL"))
                .hasMessageContaining("no cluster was started in");
    }

    @Test
    void twoCommandsOnOneDirectoryDoNotWorkAtTheSameTime() throws IOException, InterruptedException {
        recordAsZooKeeper(idleProcess());

        // Another process would wait for the lock; within one JVM the second taker is refused it.
        directory.whileLocked(
                () -> assertThatThrownBy(() -> cluster.down()).isInstanceOf(OverlappingFileLockException.class));

        assertThat(directory.load().orElseThrow().isRunning(ZK)).isTrue();
    }

    private Process idleProcess() throws IOException {
        Process process = new ProcessBuilder("/bin/sh", "-c", "read line").start();
        idle.add(process);
        return process;
    }

    private void recordAsZooKeeper(Process process) throws IOException {
        directory.save(ClusterState.of(layout).with(ZK, RecordedProcess.of(process.toHandle(), "")));
    }
}
