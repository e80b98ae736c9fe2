package io.millrace.cli.perf;

import io.millrace.cli.cluster.DirectoryOptions;
import io.millrace.cli.cluster.LocalProcesses;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.Terminal;
import io.millrace.lab.perf.Meter;
import io.millrace.lab.perf.Numbering;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One measurement: draws how far it is, and tells what came of it. */
final class PerfRun implements AutoCloseable {
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    private final Console console;
    private final Meter meter;
    private final long startNs = System.nanoTime();
    private final @Nullable LocalProcesses processes;
    private final SortedMap<Integer, Duration> cpuBefore;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "mill-perf-progress"));
    private final Map<String, Object> result = new LinkedHashMap<>();
    private long lastRecords;

    /**
     * @param meter what progress is read from
     * @param local the cluster, where it is one of this machine
     */
    PerfRun(Console console, Meter meter, @Nullable DirectoryOptions local, boolean isQuiet) throws IOException {
        this.console = console;
        this.meter = meter;
        this.processes = local == null ? null : local.processes();
        this.cpuBefore = processes == null ? new TreeMap<>() : processes.brokerCpu();
        if (!isQuiet && Terminal.isThere()) {
            var unused = timer.scheduleAtFixedRate(this::draw, 1, 1, TimeUnit.SECONDS);
        }
    }

    private void draw() {
        long records = meter.records();
        console.err()
                .printf(
                        "\r%4d s  %,14d records  %,10d/s  p99 %8.1f ms  failed %d ",
                        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs),
                        records,
                        records - lastRecords,
                        meter.latencyMs(99),
                        meter.failures());
        console.err().flush();
        lastRecords = records;
    }

    /** The figures of the meter, and what the brokers have spent on them. */
    void done(long tookNs) throws IOException {
        timer.shutdownNow();
        double seconds = tookNs / 1e9;
        result.put("records", meter.records());
        result.put("failed", meter.failures());
        result.put("seconds", round(seconds));
        result.put("recordsPerS", Math.round(meter.records() / seconds));
        result.put("megabytesPerS", round(meter.bytes() / MEGA / seconds));
        if (processes != null) {
            putCpu(processes.brokerCpu());
        }
    }

    private void putCpu(SortedMap<Integer, Duration> after) {
        double all = 0;
        SortedMap<Integer, Object> each = new TreeMap<>();
        for (Map.Entry<Integer, Duration> broker : after.entrySet()) {
            // One that was started again meanwhile has begun at zero.
            Duration before = cpuBefore.getOrDefault(broker.getKey(), Duration.ZERO);
            double used = Math.max(0, broker.getValue().minus(before).toNanos() / 1e9);
            each.put(broker.getKey(), round(used));
            all += used;
        }
        result.put("brokerCpuSeconds", each);
        result.put("brokerCpuSecondsPerGigabyte", meter.bytes() == 0 ? 0 : round(all / (meter.bytes() / GIGA)));
    }

    /** What was found of the records' numbers. */
    void checked(Numbering check) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("runs", check.runs());
        found.put("duplicated", check.duplicated());
        found.put("reordered", check.reordered());
        found.put("missing", check.missing());
        found.put("unnumbered", check.unnumbered());
        result.put("numbers", found);
    }

    /** Percentiles, in milliseconds. */
    void latencies(String name, Meter timed) {
        Map<String, Object> percentiles = new LinkedHashMap<>();
        percentiles.put("p50", round(timed.latencyMs(50)));
        percentiles.put("p99", round(timed.latencyMs(99)));
        percentiles.put("p99.9", round(timed.latencyMs(99.9)));
        percentiles.put("max", round(timed.longestMs()));
        result.put(name, percentiles);
    }

    void print(boolean isJson) {
        if (isJson) {
            Json.print(console.out(), result);
            return;
        }
        if (Terminal.isThere()) {
            console.err().println();
        }
        result.forEach((name, value) -> console.out().printf("%-28s%s%n", name, value));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
