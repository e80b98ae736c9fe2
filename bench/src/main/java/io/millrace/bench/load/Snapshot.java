package io.millrace.bench.load;

import java.io.IOException;
import java.time.Duration;

/** All counters at one moment. */
public record Snapshot(
        long atNs, long committed, Duration brokerCpu, Duration clientCpu, Duration otherCpu, MachineTimes machine) {

    static Snapshot take(Stage stage, ProcessHandle client) throws IOException, InterruptedException {
        long committed = stage.cluster().committed(stage.topic());
        return new Snapshot(
                System.nanoTime(),
                committed,
                stage.cluster().brokerCpu(),
                client.info().totalCpuDuration().orElse(Duration.ZERO),
                stage.other().brokerCpu(),
                MachineTimes.now());
    }
}
