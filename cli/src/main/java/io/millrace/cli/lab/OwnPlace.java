package io.millrace.cli.lab;

import io.millrace.cli.cluster.OwnCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a run's own cluster takes of this machine: processes, mounts, a directory. All of it is given back when this is
 * closed, and when this process is asked to end and does not close it in time.
 */
final class OwnPlace implements AutoCloseable {
    // A command that was asked to stop has 10 s for that; an interrupted one needs less.
    private static final long ORDERLY_STOP_S = 12;
    private static final long INTERRUPTED_STOP_S = 5;

    private final OwnCluster cluster;
    private final OwnSetting setting;
    private final RunMark mark;
    private final PrintStream err;
    private final Thread owner = Thread.currentThread();
    private final CountDownLatch isClosed = new CountDownLatch(1);
    private volatile boolean isRunning;
    private boolean isKept = true;

    private OwnPlace(OwnCluster cluster, OwnSetting setting, RunMark mark, PrintStream err) {
        this.cluster = cluster;
        this.setting = setting;
        this.mark = mark;
        this.err = err;
    }

    /** Before anything is taken. What is kept, or left behind, is told to {@code err}. */
    static OwnPlace of(OwnCluster cluster, OwnSetting setting, PrintStream err) throws IOException {
        OwnPlace place = new OwnPlace(cluster, setting, RunMark.in(cluster.root()), err);
        Runtime.getRuntime().addShutdownHook(new Thread(place::onShutdown, "mill-lab-end"));
        return place;
    }

    OwnCluster cluster() {
        return cluster;
    }

    /** From here on a command that is asked to stop ends in good order. */
    void onRunning() {
        isRunning = true;
    }

    /** What the run has elsewhere, for whoever has to tidy up in its place. */
    void note(Path outside) throws IOException {
        mark.note(outside);
    }

    /** The directory too is given back. */
    void doNotKeep() {
        isKept = false;
    }

    private void onShutdown() {
        try {
            if (isRunning && isClosed.await(ORDERLY_STOP_S, TimeUnit.SECONDS)) {
                return;
            }
            owner.interrupt();
            if (!isClosed.await(INTERRUPTED_STOP_S, TimeUnit.SECONDS)) {
                tidy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | OverlappingFileLockException e) {
            err.println("error: the run has left something behind: " + e.getMessage());
            err.println("Remove it with: " + RunMark.removal(cluster.root()));
        }
    }

    @Override
    public void close() throws IOException {
        // An interrupt ends the run, not the tidying.
        boolean isInterrupted = Thread.interrupted();
        try {
            tidy();
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void tidy() throws IOException {
        if (isClosed.getCount() == 0) {
            return;
        }
        setting.release();
        try {
            cluster.close();
        } finally {
            setting.close();
        }
        mark.close();
        if (isKept) {
            err.println("Data and logs of the cluster: " + cluster.root());
        } else {
            delete(cluster.root());
        }
        isClosed.countDown();
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
