package io.millrace.bench;

import io.millrace.bench.load.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one contestant has shown in one metric of one cell.
 *
 * @param rival whom the ratios compare with; the contestant itself where it is the measure
 * @param runs in the order in which they ran
 * @param ratios by block; empty where it is the measure itself
 * @param repeat see {@link Pairs#repeat}
 */
record Comparison(
        Cell cell,
        Metric metric,
        Contestant contestant,
        Contestant rival,
        double median,
        List<Double> runs,
        List<Double> ratios,
        double repeat) {
    private static final SortedMap<Integer, List<Double>> NONE = new TreeMap<>();

    /** All that the runs allow, in the order of cells, metrics and contestants. */
    static List<Comparison> of(List<RunRecord> runs) {
        List<Comparison> comparisons = new ArrayList<>();
        for (Cell cell : Cell.values()) {
            for (Metric metric : Metric.values()) {
                addAll(comparisons, cell, metric, byContestant(runs, cell, metric));
            }
        }
        return comparisons;
    }

    private static SortedMap<Contestant, SortedMap<Integer, List<Double>>> byContestant(
            List<RunRecord> runs, Cell cell, Metric metric) {
        SortedMap<Contestant, SortedMap<Integer, List<Double>>> figures = new TreeMap<>();
        for (RunRecord run : runs) {
            Double figure = run.measured().figures().get(metric);
            if (run.cell() == cell && figure != null) {
                figures.computeIfAbsent(run.contestant(), contestant -> new TreeMap<>())
                        .computeIfAbsent(run.block(), block -> new ArrayList<>())
                        .add(figure);
            }
        }
        return figures;
    }

    private static void addAll(
            List<Comparison> comparisons,
            Cell cell,
            Metric metric,
            SortedMap<Contestant, SortedMap<Integer, List<Double>>> figures) {
        for (Map.Entry<Contestant, SortedMap<Integer, List<Double>>> entry : figures.entrySet()) {
            Contestant contestant = entry.getKey();
            SortedMap<Integer, List<Double>> ours = entry.getValue();
            List<Double> flat = ours.values().stream().flatMap(List::stream).toList();
            for (Contestant rival : rivals(contestant, figures.keySet())) {
                List<Double> ratios =
                        rival == contestant ? List.of() : Pairs.ratios(ours, figures.getOrDefault(rival, NONE));
                comparisons.add(new Comparison(
                        cell, metric, contestant, rival, Pairs.median(flat), flat, ratios, Pairs.repeat(ours)));
            }
        }
    }

    /** Kafka's default is the measure of all; who syncs is compared with Kafka that syncs, too. */
    private static Set<Contestant> rivals(Contestant contestant, Set<Contestant> present) {
        TreeSet<Contestant> rivals = new TreeSet<>(Set.of(Contestant.KAFKA));
        if (contestant == Contestant.MILLRACE_FSYNC) {
            rivals.add(Contestant.KAFKA_FSYNC);
        }
        rivals.retainAll(present);
        return rivals.isEmpty() ? Set.of(contestant) : rivals;
    }
}
