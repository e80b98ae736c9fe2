package io.millrace.cli.lab;

import io.millrace.cli.cluster.LocalProcesses;
import io.millrace.cli.cluster.OwnCluster;
import io.millrace.lab.run.FaultKind;
import io.millrace.lab.run.FaultKit;
import io.millrace.lab.run.FaultKit.Injector;
import io.millrace.lab.run.ProcessFaults;
import io.millrace.lab.run.RunTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A cluster for one run, with all that is needed to break it. Gone when this is closed. */
final class OwnLab implements AutoCloseable {
    private final OwnCluster cluster;
    private final LocalProcesses processes;
    private final FaultKit kit;
    private final List<FaultKind> wanted;
    private final int brokers;
    private final int zookeepers;
    private final boolean isTemporary;
    private boolean isKept = true;

    private OwnLab(OwnCluster cluster, LocalProcesses processes, FaultKit kit, List<FaultKind> wanted, int brokers, int zookeepers, boolean isTemporary) {
        this.cluster = cluster;
        this.processes = processes;
        this.kit = kit;
        this.wanted = wanted;
        this.brokers = brokers;
        this.zookeepers = zookeepers;
        this.isTemporary = isTemporary;
    }

    static OwnLab start(@Nullable Path dir, int brokers, int zookeepers, List<FaultKind> wanted)
            throws IOException, InterruptedException {
        Path root = dir == null ? Files.createTempDirectory("millrace-lab-") : dir;
        OwnCluster cluster = OwnCluster.in(root, brokers, zookeepers);
        LocalProcesses processes = cluster.start(IntUnaryOperator.identity(), broker -> Map.of());
        Map<FaultKind, Injector> injectors = new EnumMap<>(FaultKind.class);
        injectors.putAll(new ProcessFaults(processes).injectors());
        Map<FaultKind, String> skipped = new EnumMap<>(FaultKind.class);
        for (FaultKind kind : FaultKind.values()) {
            if (!injectors.containsKey(kind)) {
                skipped.put(kind, "it is not there yet");
            }
        }
        return new OwnLab(cluster, processes, new FaultKit(injectors, skipped), wanted, brokers, zookeepers, dir == null);
    }

    FaultKit kit() {
        return kit;
    }

    RunTarget target(String command) {
        return new RunTarget(
                cluster.bootstrap(IntUnaryOperator.identity()),
                brokers + " brokers and " + zookeepers + " ZooKeeper servers in " + cluster.root(),
                command,
                kit,
                kit.missing(wanted),
                Optional.of(processes));
    }

    /** Says how it went: what belongs to a broken promise is kept. */
    void onEnd(boolean isGood) {
        isKept = !isGood || !isTemporary;
    }

    @Override
    public void close() throws IOException {
        cluster.close();
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
