package io.millrace.cli.lab;

import io.millrace.cli.cluster.LocalProcesses;
import io.millrace.cli.cluster.OwnCluster;
import io.millrace.cli.shell.CommandFailure;
import io.millrace.lab.run.FaultKind;
import io.millrace.lab.run.FaultKit;
import io.millrace.lab.run.RunTarget;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A cluster for one run, with all that is needed to break it. Gone when this is closed. */
final class OwnLab implements AutoCloseable {
    private final OwnPlace place;
    private final OwnSetting setting;
    private final LocalProcesses processes;
    private final FaultKit kit;
    private final boolean isTemporary;

    private OwnLab(OwnPlace place, OwnSetting setting, LocalProcesses processes, boolean isTemporary) {
        this.place = place;
        this.setting = setting;
        this.processes = processes;
        this.kit = setting.kit(processes);
        this.isTemporary = isTemporary;
    }

    /**
     * Tells {@code err} of what other runs have left behind, and what of this one is kept.
     *
     * @param dir null for a temporary one
     */
    static OwnLab start(PrintStream err, @Nullable Path dir, int brokers, int zookeepers, List<FaultKind> wanted)
            throws IOException, InterruptedException {
        RunMark.dead(Path.of(System.getProperty("java.io.tmpdir")))
                .forEach(root -> err.println(
                        "A run that died has left " + root + " behind. Remove it with: " + RunMark.removal(root)));
        if (dir != null && RunMark.isDead(dir)) {
            throw CommandFailure.usage(
                    "a run that died has left " + dir + " behind", "Remove it with: " + RunMark.removal(dir));
        }
        Path root = dir == null ? Files.createTempDirectory(RunMark.PREFIX) : dir;
        OwnCluster cluster = OwnCluster.in(root, brokers, zookeepers);
        OwnSetting setting = new OwnSetting(cluster, wanted);
        OwnPlace place = OwnPlace.of(cluster, setting, err);
        try {
            setting.setUp();
            LocalProcesses processes = cluster.start(setting::toldPort, setting::environment);
            OwnLab lab = new OwnLab(place, setting, processes, dir == null);
            place.onRunning();
            return lab;
        } catch (IOException | InterruptedException | RuntimeException e) {
            place.close();
            throw e;
        }
    }

    /** A temporary one goes with the run, also where somebody else has to tidy up. */
    void note(HistoryFile history) throws IOException {
        if (!history.isWanted()) {
            place.note(history.path());
        }
    }

    FaultKit kit() {
        return kit;
    }

    RunTarget target(List<FaultKind> wanted, String command, String conditions) {
        return new RunTarget(
                place.cluster().bootstrap(setting::toldPort),
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
        if (isGood && isTemporary) {
            place.doNotKeep();
        }
    }

    @Override
    public void close() throws IOException {
        place.close();
    }
}
