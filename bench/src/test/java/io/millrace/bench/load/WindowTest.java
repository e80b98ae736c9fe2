package io.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void onlyWhatHappenedWithinTheWindowCounts() {
        Snapshot begin =
                new Snapshot(5 * SECOND_NS, 1_000_000, s(100), s(50), s(7), new MachineTimes(5_000, 0, 10_000));
        Snapshot end =
                new Snapshot(15 * SECOND_NS, 3_000_000, s(108), s(54), s(8), new MachineTimes(6_600, 40, 12_000));

        Window window = new Window(begin, end, 1_000);

        // 2 GB in 10 s, for 8 s of the brokers and 4 s of the client.
        assertThat(window.figures())
                .containsEntry(Metric.THROUGHPUT, 200.0)
                .containsEntry(Metric.BROKER_CPU, 4.0)
                .containsEntry(Metric.CLIENT_CPU, 2.0);
        assertThat(window.notes())
                .containsEntry("records", 2_000_000L)
                .containsEntry("machineBusyPercent", 80.0)
                .containsEntry(Window.STEAL, 2.0)
                .containsEntry("idleClusterPercentOfACore", 10.0);
    }

    private static Duration s(int seconds) {
        return Duration.ofSeconds(seconds);
    }
}
