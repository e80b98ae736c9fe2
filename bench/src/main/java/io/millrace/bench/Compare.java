package io.millrace.bench;

import io.millrace.cli.shell.DurationText;
import io.millrace.cli.shell.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code deploy/compare}. */
@Command(
        name = "deploy/compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Brings up Kafka 3.9 (ZooKeeper mode) and Millrace on this machine, three brokers each, puts the same loads on"
                    + " the one and the other in turn, and prints ratios: medians of blocks that go A B B A.",
            "docs/benchmarks.md says what the figures mean. Everything takes some 45 minutes. Exits with 0 once all is"
                    + " measured, whatever comes of it."
        },
        footer = {
            "",
            "Example:",
            "  deploy/compare",
            "  deploy/compare --only throughput-1k,cpu --durability replicated --blocks 4",
            "  deploy/compare --quick --only gap"
        })
public final class Compare implements Callable<Integer> {
    @Option(
            names = "--only",
            paramLabel = "CELL",
            split = ",",
            description = "What to measure: ${COMPLETION-CANDIDATES} (default: all).")
    private List<Cell> only = List.of(Cell.values());

    @Option(
            names = "--durability",
            paramLabel = "WHICH",
            description =
                    "Of Millrace: replicated, which is what Kafka's default gives, or fsync, its own (default: both).")
    private @Nullable MillraceDurability durability;

    @Option(names = "--kafka-fsync", description = "Also Kafka with flush.messages=1, beside Millrace's fsync.")
    private boolean withKafkaFsync;

    @Option(
            names = "--kafka-producer",
            paramLabel = "KEY=VALUE",
            description = "A setting for Kafka's producers, such as batch.size=262144 (default: Kafka's own).")
    private Map<String, String> kafkaProducer = new LinkedHashMap<>();

    @Option(
            names = "--blocks",
            paramLabel = "N",
            defaultValue = "2",
            description = "How often each cell goes A B B A (default: ${DEFAULT-VALUE}).")
    private int blocks;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationText.class,
            description = "How long each run is measured, after 8 s to warm up (default: ${DEFAULT-VALUE}).")
    private Duration window = Duration.ZERO;

    @Option(names = "--quick", description = "One block, windows of 5 s, hardly warm: to see that it works.")
    private boolean isQuick;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            defaultValue = "${sys:bench.target}/compare.json",
            description = "Where all figures go, as JSON (default: bench/target/compare.json).")
    private Path report = Path.of("");

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            defaultValue = "${sys:bench.target}",
            description = "Below it the clusters keep their data; its disk counts (default: bench/target).")
    private Path scratch = Path.of("");

    @Option(names = "--keep", description = "Leave logs and data of the clusters behind.")
    private boolean isKept;

    private volatile boolean isStopping;

    /** Millrace's durabilities. */
    enum MillraceDurability {
        REPLICATED,
        FSYNC;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Compare() {}

    /** Needs the system properties that deploy/compare sets. */
    public static void main(String[] args) {
        Compare compare = new Compare();
        int code = new CommandLine(compare)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((thrown, command, parsed) -> compare.explain(thrown))
                .execute(args);
        System.exit(code);
    }

    private int explain(Exception thrown) {
        if (!isStopping) {
            System.err.println("error: " + thrown.getMessage());
            if (thrown instanceof RuntimeException) {
                thrown.printStackTrace();
            }
        }
        return ExitCodes.FAILED;
    }

    @Override
    public Integer call() throws Exception {
        Path place = Files.createTempDirectory(Files.createDirectories(scratch).toAbsolutePath(), "compare-");
        Plan plan = plan();
        Report found = new Report(Conditions.now(place), plan.words());
        found.printConditions(System.out);
        TestBed bed = new TestBed(place, ClassPaths.ofProcess(), kafkaProducer);
        Thread stopping = new Thread(() -> stop(bed, place), "bench-stop");
        Runtime.getRuntime().addShutdownHook(stopping);
        try {
            new Session(bed, plan, found, report).run();
        } catch (IOException | RuntimeException e) {
            takeDown(bed, stopping);
            found.printTables(System.out);
            System.err.println("Logs and data of the clusters are in " + place + ".");
            throw e;
        }
        takeDown(bed, stopping);
        found.printTables(System.out);
        System.out.printf("%nAll runs are in %s.%n", report);
        if (isKept) {
            System.out.println("Logs and data of the clusters are in " + place + ".");
        } else {
            delete(place);
        }
        return ExitCodes.OK;
    }

    private Plan plan() {
        Plan wanted = Plan.of(only, contestants(), blocks, window, kafkaProducer);
        return isQuick ? wanted.quick() : wanted;
    }

    private List<Contestant> contestants() {
        List<Contestant> contestants = new ArrayList<>(List.of(Contestant.KAFKA));
        if (withKafkaFsync) {
            contestants.add(Contestant.KAFKA_FSYNC);
        }
        if (durability != MillraceDurability.FSYNC) {
            contestants.add(Contestant.MILLRACE_REPLICATED);
        }
        if (durability != MillraceDurability.REPLICATED) {
            contestants.add(Contestant.MILLRACE_FSYNC);
        }
        return contestants;
    }

    private void takeDown(TestBed bed, Thread stopping) throws IOException, InterruptedException {
        if (!isStopping) {
            bed.stop();
            Runtime.getRuntime().removeShutdownHook(stopping);
        }
    }

    /** After a signal: all ends, and nothing stays. */
    private void stop(TestBed bed, Path place) {
        isStopping = true;
        try {
            bed.stop();
            if (!isKept) {
                delete(place);
            }
        } catch (IOException e) {
            System.err.println("error: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
