package io.millrace.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.millrace.bench.load.Metric;
import io.millrace.bench.load.Rounded;
import io.millrace.bench.load.Window;
import io.millrace.cli.shell.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** All that was found, for people and as JSON. */
final class Report {
    private static final ObjectWriter WRITER = new ObjectMapper().writerWithDefaultPrettyPrinter();

    private static final double STEAL_LIMIT = 2;
    private static final double ELSEWHERE_LIMIT = 10;

    private final Map<String, Object> conditions;
    private final Map<String, Object> settings;
    private final List<RunRecord> runs = new ArrayList<>();

    Report(Map<String, Object> conditions, Map<String, Object> settings) {
        this.conditions = conditions;
        this.settings = settings;
    }

    void add(RunRecord run) {
        runs.add(run);
    }

    void write(Path file) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("conditions", conditions);
        json.put("settings", settings);
        json.put("comparisons", Comparison.of(runs).stream().map(Report::json).toList());
        json.put("runs", runs.stream().map(Report::json).toList());
        WRITER.writeValue(file.toFile(), json);
    }

    private static Map<String, Object> json(Comparison comparison) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("cell", comparison.cell().toString());
        json.put("metric", comparison.metric());
        json.put("contestant", comparison.contestant().words());
        json.put("median", Rounded.of(comparison.median()));
        json.put("runs", rounded(comparison.runs()));
        if (!comparison.ratios().isEmpty()) {
            json.put("rival", comparison.rival().words());
            json.put("ratio", Rounded.of(Pairs.median(comparison.ratios())));
            json.put("ratioByBlock", rounded(comparison.ratios()));
        }
        json.put("repeatWithinBlock", Rounded.of(comparison.repeat()));
        return json;
    }

    private static Map<String, Object> json(RunRecord run) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("cell", run.cell().toString());
        json.put("block", run.block());
        json.put("contestant", run.contestant().words());
        run.measured().figures().forEach((metric, figure) -> json.put(metric.name(), Rounded.of(figure)));
        json.putAll(run.measured().notes());
        return json;
    }

    private static List<Double> rounded(Collection<Double> figures) {
        return figures.stream().map(Rounded::of).toList();
    }

    void printConditions(PrintStream out) {
        conditions.forEach((name, value) -> out.printf("%-18s%s%n", name, value));
        settings.forEach((name, value) -> out.printf("%-18s%s%n", name, value));
    }

    /** A table for each cell and metric, and how far to trust them. */
    void printTables(PrintStream out) {
        List<Comparison> comparisons = Comparison.of(runs);
        for (Cell cell : Cell.values()) {
            for (Metric metric : Metric.values()) {
                List<Comparison> rows = comparisons.stream()
                        .filter(row -> row.cell() == cell && row.metric() == metric)
                        .toList();
                if (!rows.isEmpty()) {
                    out.printf(
                            "%n%s: %s (%s is better)%n", cell, metric.words(), metric.isMoreBetter() ? "more" : "less");
                    print(rows, out);
                }
            }
        }
        printDisturbances(out);
    }

    /** Which runs had to share the machine, by a rule that is older than any of them. None is left out. */
    private void printDisturbances(PrintStream out) {
        long disturbed = runs.stream().filter(Report::isDisturbed).count();
        if (disturbed > 0) {
            out.printf(
                    "%n%d of %d runs were disturbed: more than %.0f %% of the machine stolen, or %.0f %% of a core used by"
                            + " other processes.%nWhat they show is of the neighbours, too: run it again when they are"
                            + " quiet.%n",
                    disturbed, runs.size(), STEAL_LIMIT, ELSEWHERE_LIMIT);
        }
    }

    private static boolean isDisturbed(RunRecord run) {
        return isAbove(run, Window.STEAL, STEAL_LIMIT) || isAbove(run, Window.ELSEWHERE, ELSEWHERE_LIMIT);
    }

    private static boolean isAbove(RunRecord run, String note, double limit) {
        return run.measured().notes().get(note) instanceof Double percent && percent > limit;
    }

    private static void print(List<Comparison> rows, PrintStream out) {
        Table table = new Table("CONTESTANT", "MEDIAN", "RATIO", "TO", "BY BLOCK", "REPEAT", "RUNS");
        for (Comparison row : rows) {
            boolean isMeasure = row.ratios().isEmpty();
            table.row(
                    row.contestant().words(),
                    text(row.median()),
                    isMeasure ? "-" : text(Pairs.median(row.ratios())),
                    isMeasure ? "-" : row.rival().words(),
                    isMeasure ? "-" : texts(row.ratios()),
                    text(row.repeat()),
                    texts(row.runs()));
        }
        table.print(out);
    }

    private static String texts(List<Double> figures) {
        return figures.stream().map(Report::text).collect(Collectors.joining(" "));
    }

    /** Three digits are more than such a machine can hold. */
    static String text(double figure) {
        int digits = Math.abs(figure) >= 100 ? 0 : Math.abs(figure) >= 10 ? 1 : Math.abs(figure) >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + digits + "f", figure);
    }
}
