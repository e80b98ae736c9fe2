package io.millrace.cli.lab;

import io.millrace.cli.cluster.DirectoryOptions;
import io.millrace.cli.cluster.LocalProcesses;
import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.DurationText;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import io.millrace.lab.drill.Drill;
import io.millrace.lab.drill.DrillPlan;
import io.millrace.lab.drill.DrillReport;
import io.millrace.lab.drill.Fault;
import io.millrace.proto.v1.GetMetadataResponse;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace lab drill}. */
@Command(
        name = "drill",
        mixinStandardHelpOptions = true,
        description = {
            "Breaks a cluster of this machine again and again while records are written to it, and checks that it kept its"
                    + " word: nothing acknowledged is lost, duplicated, reordered or at another offset than was said,"
                    + " and all replicas hold the same bytes.",
            "Each round strikes while records are in flight, measures how long writes stood still, heals, and waits until"
                    + " all replicas are in sync. Exits with 1 if any promise was broken.",
            "The cluster is one of `millrace cluster up`; the drill makes a topic of its own in it and leaves it there."
        },
        footer = {
            "",
            "Example:",
            "  millrace lab drill --rounds 20",
            "  millrace lab drill --fault pause --for 10s",
            "  millrace lab drill --fault rolling-restart",
            "  millrace lab drill --fault zookeeper-stop --for 30s",
            "  millrace lab drill --fault none --for 1h --rate 20000"
        })
final class DrillCommand implements Callable<Integer> {
    private static final int BROKER_ROUNDS = 20;

    private final Console console;

    @Option(
            names = "--fault",
            paramLabel = "FAULT",
            defaultValue = "kill",
            description =
                    "kill or term a broker, in each second round the controller; pause a random one; rolling-restart, one"
                            + " broker after the other; kill-all brokers; zookeeper-stop (kill it, start it later),"
                            + " zookeeper-pause; or none (default: ${DEFAULT-VALUE}).")
    private String fault = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationText.class,
            description =
                    "How long the fault lasts, 1ms or more: for pause (default: 10s), zookeeper-stop and zookeeper-pause (30s), and"
                            + " none (60s). The others take no --for: what was killed comes back once writes go on.")
    private @Nullable Duration hold;

    @Option(names = "--rounds", paramLabel = "N", description = "How often (default: 20 for kill and term, else 1).")
    private @Nullable Integer rounds;

    @Mixin
    private SteadyLoad load = new SteadyLoad();

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            defaultValue = "3",
            description = "Default: ${DEFAULT-VALUE}.")
    private int replicationFactor;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Chooses the same victims again; the moments within a millisecond differ (default: random).")
    private @Nullable Long seed;

    @Option(
            names = "--self-test",
            description =
                    "Also plants a lost, a duplicated, a swapped and a misplaced record in what came back; the check"
                            + " has to report each of them.")
    private boolean isSelfTest;

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    DrillCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        Fault wanted = fault();
        load.check();
        LocalProcesses processes = directory.processes();
        try (MillraceClient client = MillraceClient.of(processes.bootstrap())) {
            DrillPlan plan = plan(wanted, freeTopic(client));
            DrillWords words = new DrillWords(console.out());
            if (!output.isJson()) {
                words.begin(plan);
            }
            Drill drill = new Drill(plan, processes.bootstrap(), client, processes, round -> {
                if (!output.isJson()) {
                    words.round(round);
                }
            });
            console.stop().onStop(drill::stop);
            DrillReport report = drill.run();
            if (output.isJson()) {
                Json.print(console.out(), DrillJson.of(report));
            } else {
                words.end(report);
            }
            return report.violations().isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
        }
    }

    private Fault fault() {
        try {
            return FaultName.parse(fault, hold);
        } catch (IllegalArgumentException e) {
            throw usage(e);
        }
    }

    private DrillPlan plan(Fault wanted, String topic) {
        int times = rounds == null ? FaultName.isOfOneBroker(fault) ? BROKER_ROUNDS : 1 : rounds;
        long chosen = seed == null ? new Random().nextInt(Integer.MAX_VALUE) : seed;
        try {
            return new DrillPlan(
                    topic,
                    load.partitions(),
                    replicationFactor,
                    load.rate(),
                    load.recordBytes(),
                    times,
                    wanted,
                    chosen,
                    isSelfTest);
        } catch (IllegalArgumentException e) {
            throw usage(e);
        }
    }

    private static CommandFailure usage(IllegalArgumentException refused) {
        return CommandFailure.usage(String.valueOf(refused.getMessage()), "See `millrace lab drill --help`.");
    }

    private static String freeTopic(MillraceClient client) {
        GetMetadataResponse metadata = client.metadata();
        int number = 1;
        while (has(metadata, "drill-" + number)) {
            number++;
        }
        return "drill-" + number;
    }

    private static boolean has(GetMetadataResponse metadata, String topic) {
        return metadata.getTopicsList().stream()
                .anyMatch(known -> known.getName().equals(topic));
    }
}
