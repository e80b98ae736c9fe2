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
        String name = stage.cluster().name() + "-client";
        Process client =
                processes.start(name, stage.cluster().loadCommand(stage.topic(), payloads, recordBytes, ratePerS));
        try {
            Waiting.until("the first record is there", START_LIMIT, () -> {
                failIfEnded(client, name);
                return stage.cluster().committed(stage.topic()) > 0;
            });
            Thread.sleep(timing.warmUp().toMillis());
            Snapshot begin = Snapshot.take(stage, client.toHandle());
            Thread.sleep(timing.window().toMillis());
            Snapshot end = Snapshot.take(stage, client.toHandle());
            failIfEnded(client, name);
            Window window = new Window(begin, end, recordBytes);
            return new Measured(window.figures(), window.notes());
        } finally {
            end(client);
        }
    }

    private void failIfEnded(Process client, String name) throws IOException {
        if (!client.isAlive()) {
            throw new IOException("the load ended early, see " + processes.log(name) + "\n  " + processes.tail(name));
        }
    }

    private static void end(Process client) throws InterruptedException {
        client.destroy();
        if (!client.waitFor(END_LIMIT_S, TimeUnit.SECONDS)) {
            client.destroyForcibly().waitFor();
        }
    }
}
