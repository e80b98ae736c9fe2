package io.millrace.bench.load;

import io.millrace.bench.cluster.Processes;
import io.millrace.bench.cluster.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The cluster's own load client, in a process of its own, at full speed or at a rate. */
public final class SteadyLoad {
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final long END_LIMIT_S = 15;
    private static final long LOOK_MS = 500;

    private final Processes processes;
    private final int recordBytes;
    private final Path payloads;
    private final long ratePerS;

    /**
     * @param payloads a file with values of so many bytes
     * @param ratePerS records per second; 0 for as many as there is room for
     */
    public SteadyLoad(Processes processes, int recordBytes, Path payloads, long ratePerS) {
        this.processes = processes;
        this.recordBytes = recordBytes;
        this.payloads = payloads;
        this.ratePerS = ratePerS;
    }

    public Measured run(Stage stage, Timing timing) throws IOException, InterruptedException {
        Process client = start(stage);
        try {
            Thread.sleep(timing.warmUp().toMillis());
            Snapshot begin = Snapshot.take(stage, client.toHandle());
            Thread.sleep(timing.window().toMillis());
            Snapshot end = Snapshot.take(stage, client.toHandle());
            failIfEnded(client, stage);
            Window window = new Window(begin, end, recordBytes);
            return new Measured(window.figures(), window.notes());
        } finally {
            end(client);
        }
    }

    /** Runs until so many bytes are written, but no longer than the limit; returns how many there were. */
    public long runUntil(long bytes, Duration limit, Stage stage) throws IOException, InterruptedException {
        Process client = start(stage);
        try {
            long deadlineNs = System.nanoTime() + limit.toNanos();
            long written = 0;
            while (written < bytes && System.nanoTime() - deadlineNs < 0) {
                Thread.sleep(LOOK_MS);
                failIfEnded(client, stage);
                written = stage.cluster().committed(stage.topic()) * recordBytes;
            }
            return written;
        } finally {
            end(client);
        }
    }

    /** Returns once the first record is committed. */
    private Process start(Stage stage) throws IOException, InterruptedException {
        Process client = processes.start(
                log(stage), stage.cluster().loadCommand(stage.topic(), payloads, recordBytes, ratePerS));
        Waiting.until("the first record is there", START_LIMIT, () -> {
            failIfEnded(client, stage);
            return stage.cluster().committed(stage.topic()) > 0;
        });
        return client;
    }

    private void failIfEnded(Process client, Stage stage) throws IOException {
        if (!client.isAlive()) {
            throw new IOException(
                    "the load ended early, see " + processes.log(log(stage)) + "\n  " + processes.tail(log(stage)));
        }
    }

    private static String log(Stage stage) {
        return stage.cluster().name() + "-client";
    }

    private static void end(Process client) throws InterruptedException {
        client.destroy();
        if (!client.waitFor(END_LIMIT_S, TimeUnit.SECONDS)) {
            client.destroyForcibly().waitFor();
        }
    }
}
