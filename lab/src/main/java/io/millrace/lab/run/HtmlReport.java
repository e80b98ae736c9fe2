package io.millrace.lab.run;

import java.time.temporal.ChronoUnit;
import java.util.List;

/** A run as one page that needs nothing else: no scripts, no fonts, no pictures from elsewhere. Well-formed XML, too. */
public final class HtmlReport {
    private HtmlReport() {}

    public static String of(RunReport report) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>Millrace lab run, seed %d</title>
                <style>
                %s</style></head>
                <body>
                <h1>Millrace lab run, seed %d</h1>
                <p class="note">%s, for %.1f s from %s on.</p>
                %s
                %s
                <h2>Timeline</h2>
                <div class="wide">
                %s</div>
                <p class="note"><span class="key" style="background:var(--acked)"></span>acknowledged records per second
                <span class="key" style="background:var(--fault)"></span>fault, until healing began
                <span class="key" style="background:var(--healing)"></span>until all replicas were in sync
                <span class="key" style="background:var(--silent)"></span>a partition without an acknowledgement for more than
                %d ms</p>
                <p class="note">%s Numbers are those of the table below.</p>
                %s
                <h2>Faults</h2>
                %s
                %s
                <h2>What was checked</h2>
                <div class="wide">%s</div>
                <h2>Conditions</h2>
                %s
                <h2>Again</h2>
                <code>%s</code>
                <p class="note">The same seed draws the same faults in the same order. The moments within a millisecond, and what
                the processes do meanwhile, differ.</p>
                </body>
                </html>
                """.formatted(
                        report.plan().seed(),
                        PageStyle.CSS,
                        report.plan().seed(),
                        escaped(report.target().description()),
                        report.course().lengthMs() / 1e3,
                        report.course().startedAt().truncatedTo(ChronoUnit.SECONDS),
                        verdict(report),
                        HtmlTables.tiles(report),
                        TimelinePlot.of(report),
                        Timeline.UNAVAILABLE_MS,
                        TimelinePlot.caption(report),
                        HtmlTables.findings(report),
                        HtmlTables.faults(report.course().faults()),
                        HtmlTables.skipped(report.target().skipped()),
                        HtmlTables.checks(report),
                        HtmlTables.conditions(report),
                        escaped(report.target().command()));
    }

    private static String verdict(RunReport report) {
        List<String> violations = report.violations();
        return violations.isEmpty()
                ? "<p class=\"verdict good\">Every promise was kept.</p>"
                : "<p class=\"verdict bad\">Broken: " + escaped(String.join("; ", violations)) + ".</p>";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
