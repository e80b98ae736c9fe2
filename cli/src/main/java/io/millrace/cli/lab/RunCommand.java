package io.millrace.cli.lab;

import io.millrace.cli.cluster.OwnCluster;
import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.DurationText;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.lab.run.Conditions;
import io.millrace.lab.run.FaultKind;
import io.millrace.lab.run.FaultPlan;
import io.millrace.lab.run.FaultScope;
import io.millrace.lab.run.HtmlReport;
import io.millrace.lab.run.LabRun;
import io.millrace.lab.run.LinkFaults;
import io.millrace.lab.run.RunPlan;
import io.millrace.lab.run.RunReport;
import io.millrace.lab.run.RunTarget;
import io.millrace.lab.run.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace lab run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a cluster of its own, lets faults drawn from a seed strike it one after the other while producers,"
                    + " consumers and a group work with it, heals each and waits until all replicas are in sync, and in"
                    + " the end reads everything back: nothing acknowledged may be lost, duplicated or reordered.",
            "Whatever its clients ask for and are told goes into a history, which is checked too; it is kept if something"
                    + " was found.",
            "Exits with 1 if any promise was broken. With --bootstrap it works against a cluster that runs already, does"
                    + " nothing to its servers, and deletes its topic and group afterwards unless something was found;"
                    + " its faults are then partition, one-way and slow-link, between the run's own clients and the"
                    + " brokers.",
            "What a fault needs and this machine or user lacks is told, and the fault is skipped. Options that cannot be"
                    + " met are refused before anything is started."
        },
        footer = {
            "",
            "Example:",
            "  millrace lab run",
            "  millrace lab run --faults kill,pause,partition --duration 5m --seed 42 --report run.html",
            "  millrace lab run --bootstrap broker-1.example.org:7171 --faults partition,slow-link --duration 1h"
        })
final class RunCommand implements Callable<Integer> {
    private static final int SEEDS = 1_000_000_000;
    /** What was begun in somebody's cluster is read back and deleted first, and a member that died has to be missed. */
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

    private final Console console;

    @Option(names = "--brokers", paramLabel = "N", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private int brokers;

    @Option(
            names = "--zookeepers",
            paramLabel = "N",
            defaultValue = "3",
            description = "An odd number (default: ${DEFAULT-VALUE}).")
    private int zookeepers;

    @Option(
            names = "--faults",
            paramLabel = "FAULT",
            split = ",",
            description =
                    "Which faults, with commas between: kill, term, pause, partition, one-way, slow-link, zk-kill,"
                            + " zk-pause, disk-full, slow-disk, power-loss, disk-error, clock; or none, by itself"
                            + " (default: all that can be had here; with --bootstrap partition, one-way and slow-link).")
    private @Nullable List<String> faults;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = DurationText.class,
            description = "How long faults strike; no fault begins that would not end by then (default:"
                    + " ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ZERO;

    @Option(names = "--seed", paramLabel = "N", description = "Draws the same faults again (default: random).")
    private @Nullable Long seed;

    @Mixin
    private SteadyLoad load = new SteadyLoad();

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            description = "At most the number of brokers (default: 3, or that number where it is less).")
    private @Nullable Integer replicationFactor;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Also writes the report as one HTML page with a plot, which needs no other file.")
    private @Nullable Path reportFile;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Where the history is written and kept, one event a line (default: a temporary file).")
    private @Nullable Path historyFile;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "An empty directory for the cluster; it is kept afterwards (default: a temporary one, kept only"
                            + " if a promise was broken).")
    private @Nullable Path dir;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Works against this cluster instead of one of its own, as one of its users: only"
                    + " the links between the run's own clients and the brokers are broken.")
    private @Nullable String bootstrap;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        long chosen = seed == null ? new Random().nextInt(SEEDS) : seed;
        List<FaultKind> wanted = wanted();
        checkBeforeAnythingIsBegun();
        if (bootstrap != null) {
            console.stop().setLimit(STOP_LIMIT);
            try (NamedLab lab = NamedLab.open(bootstrap, wanted)) {
                return verdict(runAtNamed(lab, wanted, chosen));
            }
        }
        try (OwnLab lab = OwnLab.start(console.err(), dir, brokers, zookeepers, wanted)) {
            RunTarget target = lab.target(wanted, repeat(chosen), conditions());
            FaultScope scope = FaultScope.ofServers(brokers, zookeepers);
            RunReport report;
            try (MillraceClient client = MillraceClient.of(target.bootstrap())) {
                RunPlan plan = plan(chosen, brokers, lab.kit().possible(wanted), scope);
                HistoryFile history = HistoryFile.at(historyFile);
                lab.note(history);
                report = run(target, plan, client, history);
            }
            lab.onEnd(report.violations().isEmpty());
            return verdict(report);
        }
    }

    private void checkBeforeAnythingIsBegun() {
        load.check();
        if (bootstrap == null) {
            OwnCluster.checkSize(brokers, zookeepers);
            checkReplicas(brokers);
        }
        WrittenFile.check("--history", historyFile);
        WrittenFile.check("--report", reportFile);
    }

    private void checkReplicas(int allBrokers) {
        if (replicationFactor != null && (replicationFactor < 1 || replicationFactor > allBrokers)) {
            throw usage(
                    "--replication-factor is 1 to " + allBrokers + ", the number of brokers, not " + replicationFactor);
        }
    }

    private static CommandFailure usage(@Nullable String cause) {
        return CommandFailure.usage(String.valueOf(cause), "See `millrace lab run --help`.");
    }

    private String conditions() {
        return Conditions.here(spec.version()[0]);
    }

    private RunReport runAtNamed(NamedLab lab, List<FaultKind> wanted, long chosen)
            throws IOException, InterruptedException {
        RunTarget target = lab.target(wanted, repeat(chosen), conditions());
        RunPlan plan = plan(chosen, lab.brokers(), lab.kit().possible(wanted), lab.scope());
        try (MillraceClient client = MillraceClient.of(target.bootstrap())) {
            Traces traces = new Traces(client, plan);
            boolean isGood = true;
            try {
                RunReport report = run(target, plan, client, HistoryFile.at(historyFile));
                isGood = report.violations().isEmpty();
                return report;
            } finally {
                end(traces, isGood);
            }
        }
    }

    private void end(Traces traces, boolean isGood) throws InterruptedException {
        String both = "topic " + traces.topic() + " and group " + traces.group();
        if (!isGood) {
            console.err().println("Left in the cluster: " + both);
            return;
        }
        try {
            traces.remove();
            console.err().println("Deleted from the cluster: " + both);
        } catch (MillraceException e) {
            console.err().println("NOT deleted from the cluster: " + both + ": " + e.getMessage());
        }
    }

    private RunReport run(RunTarget target, RunPlan plan, MillraceClient client, HistoryFile history)
            throws IOException, InterruptedException {
        RunWords words = new RunWords(output.isJson() ? console.err() : console.out());
        words.begin(plan, target);
        LabRun run = new LabRun(plan, target, client, history.path(), words);
        console.stop().onStop(run::stop);
        RunReport report;
        try {
            report = run.run();
        } catch (IOException | InterruptedException | RuntimeException e) {
            history.onFailure(console.err());
            throw e;
        }
        if (output.isJson()) {
            Json.print(console.out(), RunJson.of(report));
        } else {
            words.end(report);
        }
        history.onEnd(report.violations().isEmpty(), console.err());
        if (reportFile != null) {
            Files.writeString(reportFile, HtmlReport.of(report));
        }
        return report;
    }

    private RunPlan plan(long chosen, int allBrokers, List<FaultKind> possible, FaultScope scope) {
        checkReplicas(allBrokers);
        try {
            return new RunPlan(
                    "lab-" + chosen + "-" + System.currentTimeMillis(),
                    load.partitions(),
                    replicationFactor == null ? Math.min(3, allBrokers) : replicationFactor,
                    load.rate(),
                    load.recordBytes(),
                    2,
                    1,
                    3,
                    duration,
                    FaultPlan.draw(chosen, possible, scope, duration.toMillis()),
                    chosen);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private List<FaultKind> wanted() {
        if (faults == null) {
            return bootstrap == null ? List.of(FaultKind.values()) : LinkFaults.KINDS;
        }
        if (faults.equals(List.of("none"))) {
            return List.of();
        }
        if (faults.contains("none")) {
            throw usage("--faults none goes with no other fault");
        }
        try {
            return faults.stream().map(FaultKind::parse).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private String repeat(long chosen) {
        String of =
                bootstrap == null ? "--brokers " + brokers + " --zookeepers " + zookeepers : "--bootstrap " + bootstrap;
        String which = faults == null ? "" : " --faults " + String.join(",", faults);
        String size = " --rate " + load.rate() + " --partitions " + load.partitions() + " --record-bytes "
                + load.recordBytes() + (replicationFactor == null ? "" : " --replication-factor " + replicationFactor);
        return "millrace lab run " + of + which + size + " --duration " + duration.toMillis() + "ms --seed " + chosen;
    }

    private static int verdict(RunReport report) {
        return report.violations().isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
    }
}
