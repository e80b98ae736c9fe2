package io.millrace.cli.lab;

import io.millrace.cli.cluster.LocalProcesses;
import io.millrace.cli.cluster.OwnCluster;
import io.millrace.lab.run.FaultKind;
import io.millrace.lab.run.FaultKit;
import io.millrace.lab.run.RunTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A cluster for one run, with all that is needed to break it. Gone when this is closed. */
final class OwnLab implements AutoCloseable {
    private final OwnCluster cluster;
    private final OwnSetting setting;
    private final LocalProcesses processes;
    private final FaultKit kit;
    private final boolean isTemporary;
    private boolean isKept = true;

    private OwnLab(OwnCluster cluster, OwnSetting setting, LocalProcesses processes, boolean isTemporary) {
        this.cluster = cluster;
        this.setting = setting;
        this.processes = processes;
        this.kit = setting.kit(processes);
        this.isTemporary = isTemporary;
    }

    /** @param dir null for a temporary one */
    static OwnLab start(@Nullable Path dir, int brokers, int zookeepers, List<FaultKind> wanted)
            throws IOException, InterruptedException {
        Path root = dir == null ? Files.createTempDirectory("millrace-lab-") : dir;
        OwnCluster cluster = OwnCluster.in(root, brokers, zookeepers);
        OwnSetting setting = new OwnSetting(cluster, wanted);
        try {
            setting.setUp();
            LocalProcesses processes = cluster.start(setting::toldPort, setting::environment);
            return new OwnLab(cluster, setting, processes, dir == null);
        } catch (IOException | InterruptedException | RuntimeException e) {
            cluster.close();
            setting.close();
            throw e;
        }
    }

    FaultKit kit() {
        return kit;
    }

    RunTarget target(List<FaultKind> wanted, String command, String conditions) {
        return new RunTarget(
                cluster.bootstrap(setting::toldPort),
                processes.brokerIds().size() + " brokers and "
                        + processes.zooKeeperIds().size() + " ZooKeeper servers of the run's own",
                command,
                kit,
                kit.missing(wanted),
                conditions,
                Optional.of(processes));
    }

    /** Says how it went: what belongs to a broken promise is kept. */
    void onEnd(boolean isGood) {
        isKept = !isGood || !isTemporary;
    }

    /** Where everything lies that is kept; empty where nothing is. */
    Optional<Path> kept() {
        return isKept ? Optional.of(cluster.root()) : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        try {
            cluster.close();
        } finally {
            setting.close();
        }
        if (!isKept) {
            delete(cluster.root());
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
