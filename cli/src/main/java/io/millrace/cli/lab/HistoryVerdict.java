package io.millrace.cli.lab;

import io.millrace.cli.shell.Table;
import io.millrace.lab.history.Places;
import io.millrace.lab.history.check.Anomaly;
import io.millrace.lab.history.check.Availability;
import io.millrace.lab.history.check.Finding;
import io.millrace.lab.history.check.HistoryReport;
import io.millrace.lab.history.plant.HistorySelfTest.Trial;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a history was found to be, in words and as JSON. */
record HistoryVerdict(@Nullable HistoryReport report, List<Trial> trials) {

    HistoryVerdict {
        trials = List.copyOf(trials);
    }

    boolean isGood() {
        return (report == null || report.isClean()) && trials.stream().allMatch(Trial::isPassed);
    }

    void print(PrintStream out) {
        HistoryReport checked = report;
        if (checked != null) {
            out.printf(
                    "%d events: %d records sent, %d acknowledged, %d refused, %d unknown, %d unanswered; %d read; %d"
                            + " commits; %d elections%n",
                    checked.events(),
                    checked.sent(),
                    checked.acknowledged(),
                    checked.refused(),
                    checked.indeterminate(),
                    checked.unanswered(),
                    checked.read(),
                    checked.commits(),
                    checked.elections());
            printAvailability(out, checked.availability());
            printFindings(out, checked);
            out.println(checked.isClean() ? "nothing found" : "the history breaks its promises");
        }
        trials.forEach(trial -> out.printf("%-28s%s%n", "self-test", words(trial)));
    }

    private static void printAvailability(PrintStream out, List<Availability> partitions) {
        Table table = new Table("PARTITION", "WRITES ACKNOWLEDGED", "LONGEST SILENCE ms", "SILENT ms", "SILENCES");
        for (Availability one : partitions) {
            table.row(
                    one.partition(),
                    one.acknowledgements(),
                    ms(one.longestSilenceNs()),
                    ms(one.silentNs()),
                    one.silences().size());
        }
        out.println();
        table.print(out);
        out.println();
    }

    /** Each with the lines that show it; nothing where nothing was found. */
    static void printFindings(PrintStream out, HistoryReport report) {
        Places places = report.places();
        for (Finding finding : report.findings()) {
            out.printf(
                    "%s %s: %s (%s)%n",
                    finding.anomaly().invariant(),
                    finding.anomaly().key(),
                    finding.sentence(),
                    finding.places().stream().map(places::inWords).collect(Collectors.joining(", ")));
        }
        report.counts().forEach((anomaly, count) -> out.printf("%-28s%d%n", anomaly.key(), count));
    }

    private static String words(Trial trial) {
        String name = trial.anomaly().key();
        if (!trial.isPlanted()) {
            return name + " could not be planted";
        }
        return name
                + (trial.isPassed()
                        ? ": found"
                        : ": NOT found as what it is; found "
                                + trial.found().stream().map(Anomaly::key).toList());
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        HistoryReport checked = report;
        if (checked != null) {
            putReport(json, checked);
        }
        if (!trials.isEmpty()) {
            Map<String, Object> found = new LinkedHashMap<>();
            trials.forEach(trial -> found.put(trial.anomaly().key(), trial.isPassed()));
            json.put("selfTest", found);
        }
        json.put("good", isGood());
        return json;
    }

    private static void putReport(Map<String, Object> json, HistoryReport checked) {
        json.put("events", checked.events());
        json.put("sent", checked.sent());
        json.put("acknowledged", checked.acknowledged());
        json.put("refused", checked.refused());
        json.put("indeterminate", checked.indeterminate());
        json.put("unanswered", checked.unanswered());
        json.put("read", checked.read());
        json.put("commits", checked.commits());
        json.put("elections", checked.elections());
        json.put(
                "availability",
                checked.availability().stream().map(HistoryVerdict::json).toList());
        Map<String, Object> counts = new LinkedHashMap<>();
        checked.counts().forEach((anomaly, count) -> counts.put(anomaly.key(), count));
        json.put("counts", counts);
        json.put(
                "findings",
                checked.findings().stream()
                        .map(finding -> json(finding, checked.places()))
                        .toList());
    }

    private static Map<String, Object> json(Availability one) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("partition", one.partition().toString());
        json.put("acknowledgements", one.acknowledgements());
        json.put("longestSilenceMs", ms(one.longestSilenceNs()));
        json.put("silentMs", ms(one.silentNs()));
        return json;
    }

    private static Map<String, Object> json(Finding finding, Places places) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("anomaly", finding.anomaly().key());
        json.put("invariant", finding.anomaly().invariant());
        json.put("sentence", finding.sentence());
        json.put("places", finding.places().stream().map(places::inWords).toList());
        return json;
    }

    private static long ms(long ns) {
        return TimeUnit.NANOSECONDS.toMillis(ns);
    }
}
