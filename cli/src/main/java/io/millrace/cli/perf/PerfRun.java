package io.millrace.cli.perf;

import io.millrace.cli.cluster.DirectoryOptions;
import io.millrace.cli.cluster.LocalProcesses;
import io.millrace.cli.cluster.LocalProcesses.ProcessCpu;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.Terminal;
import io.millrace.lab.perf.Meter;
import io.millrace.lab.perf.Numbering;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
    private final SortedMap<Integer, ProcessCpu> cpuBefore;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "mill-perf-progress"));
    private final Map<String, Object> result = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();
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
        long recordsPerS = Math.round(meter.records() / seconds);
        double megabytesPerS = meter.bytes() / MEGA / seconds;
        result.put("records", meter.records());
        result.put("failed", meter.failures());
        result.put("seconds", round(seconds));
        result.put("recordsPerS", recordsPerS);
        result.put("megabytesPerS", round(megabytesPerS));
        say("records", "%,d, and %,d failed", meter.records(), meter.failures());
        say("throughput", "%,d records/s, %,.1f MB/s, in %,.1f s", recordsPerS, megabytesPerS, seconds);
        if (processes != null) {
            putCpu(processes.brokerCpu());
        }
    }

    private void putCpu(SortedMap<Integer, ProcessCpu> after) {
        SortedMap<Integer, Object> each = new TreeMap<>();
        double all = 0;
        for (Map.Entry<Integer, ProcessCpu> broker : after.entrySet()) {
            ProcessCpu before = cpuBefore.get(broker.getKey());
            if (before != null && before.pid() == broker.getValue().pid()) {
                double used = broker.getValue().used().minus(before.used()).toNanos() / 1e9;
                each.put(broker.getKey(), round(used));
                all += used;
            }
        }
        // What one that died has used, nobody knows any more.
        boolean isWhole = each.size() == Math.max(cpuBefore.size(), after.size());
        result.put("brokerCpuSeconds", each);
        if (!isWhole) {
            say("broker CPU", "%s s; not told per GB, since a broker was stopped or started meanwhile", each);
        } else if (meter.bytes() > 0) {
            double perGigabyte = all / (meter.bytes() / GIGA);
            result.put("brokerCpuSecondsPerGigabyte", round(perGigabyte));
            say("broker CPU", "%,.1f s per GB, by broker: %s s", perGigabyte, each);
        }
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
        say(
                "numbers",
                "%,d duplicated, %,d out of order, %,d missing; runs of `perf produce`: %d; other records: %,d",
                check.duplicated(),
                check.reordered(),
                check.missing(),
                check.runs(),
                check.unnumbered());
        say("check", check.isGood() ? "good" : check.runs() == 0 ? "FAILED: there is nothing to check" : "FAILED");
    }

    /** Percentiles, in milliseconds. */
    void latencies(String name, String what, Meter timed) {
        Map<String, Object> percentiles = new LinkedHashMap<>();
        percentiles.put("p50", round(timed.latencyMs(50)));
        percentiles.put("p99", round(timed.latencyMs(99)));
        percentiles.put("p99.9", round(timed.latencyMs(99.9)));
        percentiles.put("max", round(timed.longestMs()));
        result.put(name, percentiles);
        say(
                what,
                "after p50 %,.1f ms, p99 %,.1f ms, p99.9 %,.1f ms, max %,.1f ms",
                timed.latencyMs(50),
                timed.latencyMs(99),
                timed.latencyMs(99.9),
                timed.longestMs());
    }

    /** How long nothing was acknowledged, at worst. */
    void longestPause(Meter timed) {
        result.put("longestPauseMs", round(timed.longestPauseMs()));
        say("longest pause", "%,.1f ms between two acknowledgements", timed.longestPauseMs());
    }

    private void say(String name, String format, Object... values) {
        lines.add(String.format(Locale.ROOT, "%-14s ", name) + String.format(Locale.ROOT, format, values));
    }

    void print(boolean isJson) {
        if (isJson) {
            Json.print(console.out(), result);
            return;
        }
        if (Terminal.isThere()) {
            console.err().println();
        }
        lines.forEach(console.out()::println);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
