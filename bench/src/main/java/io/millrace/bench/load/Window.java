package io.millrace.bench.load;

import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What happened between two looks. */
public record Window(Snapshot begin, Snapshot end, int recordBytes) {
    /** Names of notes, percent of the machine and of a core. */
    public static final String STEAL = "stealPercent";

    public static final String ELSEWHERE = "elsewherePercentOfACore";

    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    Map<Metric, Double> figures() {
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.THROUGHPUT, bytes() / MEGA / seconds());
        figures.put(Metric.BROKER_CPU, brokerCpuS() / (bytes() / GIGA));
        figures.put(Metric.CLIENT_CPU, clientCpuS() / (bytes() / GIGA));
        return figures;
    }

    /** How the machine was meanwhile. */
    Map<String, Object> notes() {
        MachineTimes machine = end.machine().since(begin.machine());
        double busyS = machine.busyShare() * seconds() * Runtime.getRuntime().availableProcessors();
        Map<String, Object> notes = new LinkedHashMap<>();
        notes.put("seconds", Rounded.of(seconds()));
        notes.put("records", end.committed() - begin.committed());
        notes.put("machineBusyPercent", percent(machine.busyShare()));
        notes.put(STEAL, percent(machine.stolenShare()));
        notes.put("machineCpuSecondsPerGigabyte", Rounded.of(busyS / (bytes() / GIGA)));
        notes.put("idleClusterPercentOfACore", percent(otherCpuS() / seconds()));
        notes.put(ELSEWHERE, percent((busyS - brokerCpuS() - clientCpuS() - otherCpuS()) / seconds()));
        return notes;
    }

    private double seconds() {
        return (end.atNs() - begin.atNs()) / GIGA;
    }

    private double bytes() {
        return (double) (end.committed() - begin.committed()) * recordBytes;
    }

    private double brokerCpuS() {
        return seconds(end.brokerCpu().minus(begin.brokerCpu()));
    }

    private double clientCpuS() {
        return seconds(end.clientCpu().minus(begin.clientCpu()));
    }

    private double otherCpuS() {
        return seconds(end.otherCpu().minus(begin.otherCpu()));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / GIGA;
    }

    private static double percent(double share) {
        return Rounded.of(share * 100);
    }
}
