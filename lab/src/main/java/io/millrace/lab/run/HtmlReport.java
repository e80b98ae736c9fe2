package io.millrace.lab.run;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A run as one page that needs nothing else: no scripts, no fonts, no pictures from elsewhere. Well-formed XML, too. */
public final class HtmlReport {
    private static final String STYLE = """
            body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1060px;padding:0 1rem;color:#1c2330}
            h1{font-size:1.5rem;margin:0 0 .2rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
            .verdict{padding:.7rem 1rem;border-radius:6px;margin:1rem 0;font-weight:600}
            .good{background:#e3f4e8;color:#14532d}.bad{background:#fde5e3;color:#7f1d1d}
            table{border-collapse:collapse;width:100%}th,td{text-align:right;padding:.25rem .6rem;border-bottom:1px solid #e3e6ec}
            th{font-weight:600;color:#4b5567}th:first-child,td:first-child{text-align:left}
            .tiles{display:flex;flex-wrap:wrap;gap:.7rem;padding:0;list-style:none}
            .tiles li{border:1px solid #d9dde5;border-radius:6px;padding:.5rem .9rem;min-width:6.5rem}
            .tiles b{display:block;font-size:1.3rem}.tiles span{color:#4b5567;font-size:.85rem}
            code{background:#f1f3f7;padding:.1rem .3rem;border-radius:3px}p.note{color:#4b5567}
            svg{width:100%;height:auto;border:1px solid #e3e6ec;border-radius:6px}svg text{font:11px system-ui,sans-serif;fill:#4b5567}
            """;

    private HtmlReport() {}

    public static String of(RunReport report) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"/><title>Millrace lab run, seed %d</title><style>%s</style></head>
                <body>
                <h1>Millrace lab run</h1>
                <p class="note">%s, from %s, for %.1f s. Seed %d.</p>
                %s
                %s
                <h2>Timeline</h2>
                %s
                <p class="note">The line: acknowledged records per second. Bands: faults, dark until healing began, light until
                all replicas were in sync. Red, one row for each partition: times of more than %d ms without an acknowledgement.</p>
                <h2>Faults</h2>
                %s
                %s
                <h2>What was checked</h2>
                %s
                <h2>Again</h2>
                <p><code>%s</code></p>
                <p class="note">The same seed draws the same faults in the same order. The moments within a millisecond, and what
                the processes do meanwhile, differ.</p>
                </body>
                </html>
                """.formatted(
                        report.plan().seed(),
                        STYLE,
                        escaped(report.cluster()),
                        report.startedAt(),
                        report.lengthMs() / 1e3,
                        report.plan().seed(),
                        verdict(report),
                        tiles(report),
                        TimelinePlot.of(report),
                        Timeline.UNAVAILABLE_MS,
                        faults(report.faults()),
                        skipped(report.skipped()),
                        checks(report),
                        escaped(report.command()));
    }

    private static String verdict(RunReport report) {
        List<String> violations = report.violations();
        return violations.isEmpty()
                ? "<p class=\"verdict good\">Every promise was kept.</p>"
                : "<p class=\"verdict bad\">Broken: " + escaped(String.join("; ", violations)) + ".</p>";
    }

    private static String tiles(RunReport report) {
        return "<ul class=\"tiles\">"
                + tile("acknowledged", report.check().acknowledged())
                + tile("lost", report.check().lost())
                + tile("duplicated", report.check().duplicated())
                + tile("reordered", report.check().reordered())
                + tile("faults", report.faults().size())
                + tile("leader moves", report.leaderMoves())
                + tile("controller moves", report.controllerMoves())
                + tile("longest gap, ms", report.maxUnavailableMs())
                + "</ul>";
    }

    private static String tile(String name, long value) {
        return "<li><b>" + value + "</b><span>" + name + "</span></li>";
    }

    private static String faults(List<FaultOutcome> faults) {
        String rows = faults.stream().map(HtmlReport::fault).collect(Collectors.joining("\n"));
        return "<table><tr><th>fault</th><th>at, s</th><th>lasted, s</th><th>unavailable, ms</th><th>healed in, ms</th>"
                + "<th>leader moves</th><th>ISR changes</th></tr>" + rows + "</table>";
    }

    private static String fault(FaultOutcome fault) {
        return String.format(
                Locale.ROOT,
                "<tr><td>%s %s</td><td>%.1f</td><td>%.1f</td><td>%d</td><td>%s</td><td>%d</td><td>%d</td></tr>",
                fault.step().kind().spelling(),
                fault.step().target(),
                fault.atMs() / 1e3,
                (fault.healingAtMs() - fault.atMs()) / 1e3,
                fault.unavailableMs(),
                fault.isHealed() ? Long.toString(fault.healedAtMs() - fault.healingAtMs()) : "not healed",
                fault.elections(),
                fault.isrChanges());
    }

    private static String skipped(Map<FaultKind, String> skipped) {
        return skipped.isEmpty()
                ? ""
                : skipped.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(entry -> "<li>" + entry.getKey().spelling() + ": " + escaped(entry.getValue()) + "</li>")
                        .collect(Collectors.joining("", "<p>Skipped:</p><ul>", "</ul>"));
    }

    private static String checks(RunReport report) {
        return "<table>"
                + row("records sent", report.clients().sent())
                + row("acknowledged", report.check().acknowledged())
                + row("read back in the end", report.check().readBack())
                + row("lost", report.check().lost())
                + row("duplicated", report.check().duplicated())
                + row("reordered", report.check().reordered())
                + row("at another offset than was acknowledged", report.check().misplaced())
                + row("holes in the offsets", report.check().holes())
                + row("records that nobody sent", report.check().foreign())
                + row("refused for certain, yet stored", report.check().refusedYetStored())
                + row("answer unknown, and stored (no fault)", report.check().unknownStored())
                + row("failed for the application", report.clients().failed())
                + row("read by consumers of everything", report.readings().read())
                + row("their jumps forward", report.readings().skipped())
                + row("their steps back", report.readings().repeated())
                + row("read by the group", report.readings().readByGroup())
                + row("records that the group skipped", report.readings().skippedByGroup())
                + row(
                        "members of the group, one after the other",
                        report.clients().members())
                + row(
                        "offsets that showed two different records",
                        report.readings().changed())
                + (report.isCompared()
                        ? row(
                                "partitions whose replicas differ",
                                report.unequalReplicas().size())
                        : "")
                + row("late at worst, ms", report.clients().latestMs())
                + "</table>";
    }

    private static String row(String name, long value) {
        return "<tr><td>" + name + "</td><td>" + value + "</td></tr>";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
