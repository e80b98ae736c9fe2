package io.millrace.cli.lab;

import io.millrace.lab.run.Course;
import io.millrace.lab.run.FaultKind;
import io.millrace.lab.run.FaultOutcome;
import io.millrace.lab.run.RunPlan;
import io.millrace.lab.run.RunProgress;
import io.millrace.lab.run.RunReport;
import io.millrace.lab.run.RunTarget;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A run in words, as it goes. */
final class RunWords implements RunProgress {
    private final PrintStream out;

    private int drawn;

    RunWords(PrintStream out) {
        this.out = out;
    }

    void begin(RunPlan plan, RunTarget target) {
        drawn = plan.faults().size();
        out.println(target.description() + ", seed " + plan.seed() + ": " + plan.ratePerS() + " records/s over "
                + plan.partitions() + " partitions, replication factor " + plan.replicationFactor() + ", acks ALL; "
                + plan.producers() + " producers, " + plan.readers() + " reader of everything, a group of "
                + plan.members() + ".");
        SortedMap<FaultKind, String> skipped = new TreeMap<>(target.skipped());
        for (Map.Entry<FaultKind, String> entry : skipped.entrySet()) {
            out.println("Skipped: " + entry.getKey().spelling() + ", because " + entry.getValue() + ".");
        }
        if (!plan.faults().isEmpty()) {
            out.println("Drawn, as far as the time allows:");
            plan.faults().forEach(step -> out.println("  " + step));
            out.println();
            out.println(String.format(
                    Locale.ROOT,
                    "%8s  %-62s %8s %15s %10s %6s %5s",
                    "AT s",
                    "FAULT",
                    "FOR s",
                    "UNAVAILABLE ms",
                    "HEALED ms",
                    "MOVES",
                    "ISR"));
        }
        out.flush();
    }

    @Override
    public void onOutcome(FaultOutcome fault) {
        out.println(String.format(
                Locale.ROOT,
                "%8.1f  %-62s %8.1f %15d %10s %6d %5d%s",
                fault.atMs() / 1e3,
                fault.step().kind().spelling() + " " + fault.step().target(),
                (fault.healingAtMs() - fault.atMs()) / 1e3,
                fault.unavailableMs(),
                fault.isHealed() ? Long.toString(fault.healedAtMs() - fault.healingAtMs()) : "never",
                fault.elections(),
                fault.isrChanges(),
                fault.hasMovedController() ? "  controller moved" : ""));
        out.flush();
    }

    @Override
    public void onChecking() {
        out.println();
        out.println("Reading everything back, and checking the history ...");
        out.flush();
    }

    void end(RunReport report) {
        Course course = report.course();
        out.println();
        printLog(course);
        printConsumers(course);
        out.println(String.format(
                Locale.ROOT,
                "%d of %d faults that were drawn, %d leader moves (%d of them between faults, where leaders go back), %d ISR"
                        + " changes, %d controller moves, longest gap %d ms, late at worst %d ms%s",
                course.faults().size(),
                drawn,
                course.leaderMoves(),
                course.leaderMoves()
                        - course.faults().stream()
                                .mapToInt(FaultOutcome::elections)
                                .sum(),
                course.isrChanges(),
                course.controllerMoves(),
                course.maxUnavailableMs(),
                course.clients().latestMs(),
                report.isCompared() ? ", " + replicas(report.unequalReplicas()) : ""));
        out.println(String.format(
                Locale.ROOT,
                "history: %d events, %d commits, %d elections seen, findings %s",
                report.history().events(),
                report.history().commits(),
                report.history().elections(),
                report.history().counts().values().stream()
                        .mapToLong(count -> count)
                        .sum()));
        HistoryVerdict.printFindings(out, report.history());
        List<String> violations = report.violations();
        out.println(
                violations.isEmpty()
                        ? "Every promise was kept."
                        : "BROKEN: " + String.join(System.lineSeparator() + "BROKEN: ", violations));
        out.println("By " + report.target().conditions());
        out.println("Again: " + report.target().command());
    }

    private static String replicas(List<Integer> unequal) {
        return unequal.isEmpty() ? "replicas equal, byte for byte" : "unequal replicas " + unequal;
    }

    private void printLog(Course course) {
        out.println(String.format(
                Locale.ROOT,
                "acknowledged %d of %d sent; lost %d, duplicated %d, reordered %d, misplaced %d; %d failed for the"
                        + " application",
                course.check().acknowledged(),
                course.clients().sent(),
                course.check().lost(),
                course.check().duplicated(),
                course.check().reordered(),
                course.check().misplaced(),
                course.clients().failed()));
        out.println(String.format(
                Locale.ROOT,
                "holes %d, foreign %d, refused yet stored %d, unknown and stored %d (as their producers were told: INDETERMINATE)",
                course.check().holes(),
                course.check().foreign(),
                course.check().refusedYetStored(),
                course.check().unknownStored()));
    }

    private void printConsumers(Course course) {
        out.println(String.format(
                Locale.ROOT,
                "consumers read %d (jumps %d, steps back %d), %d group members, of whom %d died, read %d (skipped %d),"
                        + " changed records %d",
                course.readings().read(),
                course.readings().skipped(),
                course.readings().repeated(),
                course.clients().members(),
                course.clients().deaths(),
                course.readings().readByGroup(),
                course.readings().skippedByGroup(),
                course.readings().changed()));
    }
}
