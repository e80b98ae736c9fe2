package io.millrace.lab.run;

import io.millrace.lab.drill.CheckCounts;
import io.millrace.lab.history.Places;
import io.millrace.lab.history.check.Finding;
import io.millrace.lab.history.check.HistoryReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The tables of the page. */
final class HtmlTables {
    private HtmlTables() {}

    static String tiles(RunReport report) {
        Course course = report.course();
        CheckCounts check = course.check();
        return "<ul class=\"tiles\">"
                + tile("acknowledged", check.acknowledged())
                + tile("lost", check.lost())
                + tile("duplicated", check.duplicated())
                + tile("reordered", check.reordered())
                + tile("findings in the history", findings(report.history()))
                + (report.isCompared()
                        ? tile("replicas that differ", report.unequalReplicas().size())
                        : "")
                + tile("faults", course.faults().size())
                + tile("longest gap, ms", course.maxUnavailableMs())
                + tile("leader moves", course.leaderMoves())
                + tile("ISR changes", course.isrChanges())
                + tile("controller moves", course.controllerMoves())
                + "</ul>";
    }

    private static long findings(HistoryReport history) {
        return history.counts().values().stream().mapToLong(count -> count).sum();
    }

    private static String tile(String name, long value) {
        return String.format(Locale.ROOT, "<li><b>%,d</b><span>%s</span></li>", value, name);
    }

    static String faults(List<FaultOutcome> faults) {
        if (faults.isEmpty()) {
            return "<p>None.</p>";
        }
        String rows = IntStream.range(0, faults.size())
                .mapToObj(i -> fault(i + 1, faults.get(i)))
                .collect(Collectors.joining("\n"));
        return "<div class=\"wide\"><table><tr><th>#</th><th class=\"word\">fault</th><th>at, s</th><th>lasted, s</th>"
                + "<th>unavailable, ms</th><th>healed in, ms</th><th>leader moves</th><th>ISR changes</th>"
                + "<th class=\"word\">controller</th></tr>" + rows + "</table></div>";
    }

    private static String fault(int number, FaultOutcome fault) {
        return String.format(
                Locale.ROOT,
                "<tr><td>%d</td><td class=\"word\">%s %s</td><td>%.1f</td><td>%.1f</td><td>%,d</td><td>%s</td><td>%d</td>"
                        + "<td>%d</td><td class=\"word\">%s</td></tr>",
                number,
                fault.step().kind().spelling(),
                fault.step().target(),
                fault.atMs() / 1e3,
                (fault.healingAtMs() - fault.atMs()) / 1e3,
                fault.unavailableMs(),
                fault.isHealed()
                        ? String.format(Locale.ROOT, "%,d", fault.healedAtMs() - fault.healingAtMs())
                        : "not healed",
                fault.elections(),
                fault.isrChanges(),
                fault.hasMovedController() ? "moved" : "");
    }

    static String skipped(Map<FaultKind, String> skipped) {
        return skipped.isEmpty()
                ? ""
                : skipped.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> "<li>" + entry.getKey().spelling() + ": " + HtmlReport.escaped(entry.getValue())
                                + "</li>")
                        .collect(Collectors.joining("", "<p>Skipped:</p><ul>", "</ul>"));
    }

    /** What was found, with the lines that show it; empty where nothing was. */
    static String findings(RunReport report) {
        HistoryReport history = report.history();
        if (history.isClean()) {
            return "";
        }
        Places places = history.places();
        String rows = history.findings().stream()
                .map(finding -> finding(finding, places))
                .collect(Collectors.joining("\n"));
        return "<h2>Findings</h2><p class=\"note\">Of each kind the first twenty. Lines are those of the history, which"
                + " <b>millrace lab check</b> reads.</p><div class=\"wide\"><table class=\"words\"><tr><th>kind</th>"
                + "<th>id</th><th>what</th><th>shown by</th></tr>" + rows + "</table></div>";
    }

    private static String finding(Finding finding, Places places) {
        return "<tr><td>" + finding.anomaly().key() + "</td><td>"
                + finding.anomaly().invariant() + "</td><td>" + HtmlReport.escaped(finding.sentence()) + "</td><td>"
                + finding.places().stream().map(places::inWords).collect(Collectors.joining(", ")) + "</td></tr>";
    }

    static String conditions(RunReport report) {
        RunPlan plan = report.plan();
        return "<table class=\"words\">"
                + words("cluster", report.target().description())
                + words("made by", report.target().conditions())
                + words(
                        "load",
                        String.format(
                                Locale.ROOT,
                                "%,d records/s of %,d bytes, acks ALL; %d partitions, replication factor %d",
                                plan.ratePerS(),
                                plan.recordBytes(),
                                plan.partitions(),
                                plan.replicationFactor()))
                + words(
                        "clients",
                        plan.producers() + " idempotent producers; consumers of everything: " + plan.readers()
                                + "; seats in a group, whose members come and go: " + plan.members())
                + words("seed", Long.toString(plan.seed()))
                + "</table>";
    }

    private static String words(String name, String value) {
        return "<tr><th>" + name + "</th><td>" + HtmlReport.escaped(value) + "</td></tr>";
    }

    static String checks(RunReport report) {
        Course course = report.course();
        CheckCounts check = course.check();
        HistoryReport history = report.history();
        return "<table class=\"narrow\">"
                + row("records sent", course.clients().sent())
                + row("acknowledged", check.acknowledged())
                + row("read back in the end", check.readBack())
                + row("lost", check.lost())
                + row("duplicated", check.duplicated())
                + row("reordered", check.reordered())
                + row("at another offset than was acknowledged", check.misplaced())
                + row("holes in the offsets", check.holes())
                + row("records that nobody sent", check.foreign())
                + row("refused for certain, yet stored", check.refusedYetStored())
                + row("answer unknown, and stored (no fault)", check.unknownStored())
                + row("failed for the application", course.clients().failed())
                + readings(course)
                + (report.isCompared()
                        ? row(
                                "partitions whose replicas differ",
                                report.unequalReplicas().size())
                        : "")
                + row("events in the history", history.events())
                + row("commits in it that were acknowledged", history.commits())
                + row("elections in it that were seen", history.elections())
                + row("findings in it", findings(history))
                + row("late at worst, ms", course.clients().latestMs())
                + "</table>";
    }

    private static String readings(Course course) {
        return row("read by consumers of everything", course.readings().read())
                + row("their jumps forward", course.readings().skipped())
                + row("their steps back", course.readings().repeated())
                + row("read by the group", course.readings().readByGroup())
                + row("records that the group skipped", course.readings().skippedByGroup())
                + row(
                        "members of the group, one after the other",
                        course.clients().members())
                + row("of these, died without a word", course.clients().deaths())
                + row(
                        "offsets that showed two different records",
                        course.readings().changed());
    }

    private static String row(String name, long value) {
        return String.format(Locale.ROOT, "<tr><td class=\"word\">%s</td><td>%,d</td></tr>", name, value);
    }
}
