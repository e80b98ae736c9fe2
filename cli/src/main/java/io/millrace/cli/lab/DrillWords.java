package io.millrace.cli.lab;

import io.millrace.lab.drill.CheckCounts;
import io.millrace.lab.drill.DrillPlan;
import io.millrace.lab.drill.DrillReport;
import io.millrace.lab.drill.Gaps;
import io.millrace.lab.drill.Round;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** A drill for people: a line for each round as it ends, then what became of the records. */
final class DrillWords {
    private static final String ROW = "%5s  %-8s %10s %4s %9s %9s %11s %9s %9s %9s%n";

    private final PrintStream out;

    DrillWords(PrintStream out) {
        this.out = out;
    }

    void begin(DrillPlan plan) {
        out.printf(
                "Fault %s, %d round(s), seed %d; %d records/s with acks ALL into %s, %d partitions on %d brokers each%n%n",
                plan.fault().name(),
                plan.rounds(),
                plan.seed(),
                plan.ratePerS(),
                plan.topic(),
                plan.partitions(),
                plan.replicationFactor());
        out.printf(
                ROW,
                "ROUND",
                "VICTIM",
                "CONTROLLER",
                "LED",
                "IN FLIGHT",
                "GAP ms",
                "FOLLOWED ms",
                "STIR ms",
                "HEALED ms",
                "ELECTIONS");
        out.flush();
    }

    void round(Round round) {
        out.printf(
                ROW,
                round.number(),
                round.victims().isEmpty() ? "-" : ids(round.victims()),
                round.wasController() ? "yes" : "-",
                round.led().size(),
                round.inFlight(),
                round.gapMs(),
                round.followedGapMs() < 0 ? "-" : round.followedGapMs(),
                round.stirMs(),
                round.healMs(),
                round.elections());
        if (round.leadersMs() >= 0) {
            out.printf("       all partitions had a leader %d ms after the start%n", round.leadersMs());
        }
        round.violations().forEach(violation -> out.printf("       WRONG: %s%n", violation));
        out.flush();
    }

    void end(DrillReport report) {
        CheckCounts check = report.check();
        out.println();
        gaps("gap", report.gaps());
        gaps("followed", report.followedGaps());
        if (!report.gaps().ms().isEmpty()) {
            line("gaps", report.gaps().ms().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        }
        line("elections", report.rounds().stream().mapToInt(Round::elections).sum());
        line("ISR changes", report.rounds().stream().mapToInt(Round::isrChanges).sum());
        line("sent", report.sent() + " records, at most " + report.latestMs() + " ms late");
        line(
                "failed writes",
                report.failedRecords() + " records"
                        + (report.firstFailure().isEmpty() ? "" : "; one of them: " + report.firstFailure()));
        line("fetches", report.fetches() + ", failed " + report.failedFetches());
        line("acknowledged", check.acknowledged());
        line("read back", check.readBack() + unknown(check));
        line("lost", check.lost());
        line("duplicated", check.duplicated());
        line("reordered", check.reordered());
        line("misplaced", check.misplaced());
        others(check);
        line(
                "replicas",
                report.unequalReplicas().isEmpty()
                        ? "equal, byte for byte"
                        : "DIFFER in partitions " + ids(report.unequalReplicas()));
        if (report.isSelfTested()) {
            line(
                    "self-test",
                    report.missedSelfTests().isEmpty()
                            ? "every planted fault was reported as what it is"
                            : "NOT REPORTED: " + report.missedSelfTests());
        }
        verdict(report.violations());
    }

    private void gaps(String name, Gaps gaps) {
        if (gaps.median().isPresent() && gaps.longest().isPresent()) {
            line(
                    name,
                    "median " + gaps.median().getAsLong() + " ms, longest "
                            + gaps.longest().getAsLong() + " ms");
        }
    }

    private void others(CheckCounts check) {
        if (check.holes() + check.foreign() + check.refusedYetStored() > 0) {
            line("holes", check.holes());
            line("foreign", check.foreign());
            line(
                    "refused",
                    check.refusedYetStored() + " stored although their producer was told that they never would be");
        }
    }

    private static String unknown(CheckCounts check) {
        return check.unknownStored() == 0
                ? ""
                : ", " + check.unknownStored() + " of them of writes whose outcome nobody was told";
    }

    private void verdict(List<String> violations) {
        out.println();
        if (violations.isEmpty()) {
            out.println("Every promise was kept.");
        } else {
            out.println("Broken promises:");
            violations.forEach(violation -> out.println("  " + violation));
        }
    }

    private void line(String name, Object value) {
        out.printf("%-14s%s%n", name, value);
    }

    private static String ids(Collection<Integer> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
