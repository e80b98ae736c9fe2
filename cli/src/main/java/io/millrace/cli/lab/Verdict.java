package io.millrace.cli.lab;

import io.millrace.cli.shell.Table;
import io.millrace.lab.roundtrip.FileReport;
import io.millrace.lab.roundtrip.Report;
import io.millrace.lab.roundtrip.SelfTest;
import io.millrace.lab.roundtrip.SendReport;
import io.millrace.lab.roundtrip.SentFile;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The result of a round trip, in words and as JSON. */
record Verdict(Report report, Optional<SendReport> sent, List<SelfTest.Finding> findings) {
    // More rows than a screen has would push the totals out of sight.
    private static final int MAX_ROWS = 20;

    Verdict {
        findings = List.copyOf(findings);
    }

    boolean isGood() {
        return report.isClean()
                && sent.map(SendReport::isComplete).orElse(true)
                && findings.stream().allMatch(SelfTest.Finding::isFound);
    }

    void print(PrintStream out) {
        printFiles(out);
        sent.ifPresent(known -> {
            line(
                    out,
                    "sent",
                    known.total(SentFile::sent) + " records, one for each line of "
                            + known.files().size() + " files, " + known.total(SentFile::bytes) + " bytes");
            line(out, "acknowledged", known.total(SentFile::acknowledged));
        });
        line(out, "read back", report.total(FileReport::readBack));
        line(out, "lost", report.total(FileReport::lost));
        line(out, "duplicated", report.total(FileReport::duplicated));
        line(out, "reordered", report.total(FileReport::reordered));
        line(out, "altered", report.total(FileReport::altered));
        if (report.foreign() > 0) {
            line(out, "foreign", report.foreign() + " records that belong to no line, or lie in the wrong partition");
        }
        line(
                out,
                "equal",
                report.equalFiles() + " of " + report.files().size() + " files, rebuilt and compared byte for byte");
        findings.forEach(finding -> line(out, "self-test", words(finding)));
    }

    private void printFiles(PrintStream out) {
        List<FileReport> shown = report.files().size() <= MAX_ROWS
                ? report.files()
                : report.files().stream()
                        .filter(file -> !isClean(file))
                        .limit(MAX_ROWS)
                        .toList();
        if (shown.isEmpty()) {
            return;
        }
        Table table = new Table(
                "FILE", "PARTITION", "LINES", "READ BACK", "LOST", "DUPLICATED", "REORDERED", "ALTERED", "EQUAL");
        for (FileReport file : shown) {
            table.row(
                    file.file(),
                    file.partition(),
                    file.lines(),
                    file.readBack(),
                    file.lost(),
                    file.duplicated(),
                    file.reordered(),
                    file.altered(),
                    file.isEqual() ? "yes" : "no");
        }
        table.print(out);
        out.println();
    }

    private static boolean isClean(FileReport file) {
        return new Report(List.of(file), 0).isClean();
    }

    private static void line(PrintStream out, String name, Object value) {
        out.printf("%-14s%s%n", name, value);
    }

    private String words(SelfTest.Finding finding) {
        String fault = finding.fault().name().toLowerCase(Locale.ROOT);
        if (finding.victim().isEmpty()) {
            return fault + " could not be planted: no line allows it";
        }
        return fault + " one record, line " + (finding.victim().get().line() + 1) + " of "
                + report.files().get(finding.victim().get().file()).file()
                + (finding.isFound() ? ": reported as what it is" : ": NOT REPORTED as what it is");
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        sent.ifPresent(known -> {
            json.put("sent", known.total(SentFile::sent));
            json.put("acknowledged", known.total(SentFile::acknowledged));
        });
        json.put("readBack", report.total(FileReport::readBack));
        json.put("lost", report.total(FileReport::lost));
        json.put("duplicated", report.total(FileReport::duplicated));
        json.put("reordered", report.total(FileReport::reordered));
        json.put("altered", report.total(FileReport::altered));
        json.put("foreign", report.foreign());
        json.put("equalFiles", report.equalFiles());
        json.put("files", report.files());
        if (!findings.isEmpty()) {
            Map<String, Object> found = new LinkedHashMap<>();
            findings.forEach(finding -> found.put(finding.fault().name().toLowerCase(Locale.ROOT), finding.isFound()));
            json.put("selfTest", found);
        }
        json.put("good", isGood());
        return json;
    }
}
