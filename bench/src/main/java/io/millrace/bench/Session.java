package io.millrace.bench;

import io.millrace.bench.cluster.Cluster;
import io.millrace.bench.load.Measured;
import io.millrace.bench.load.Metric;
import io.millrace.bench.load.Window;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Goes through a plan, run by run. What is found is written down after each of them. */
final class Session {
    private static final Duration SERVERS_WARM_UP_LIMIT = Duration.ofMinutes(3);
    /** The notes that are worth a look at once. */
    private static final Set<String> TOLD = Set.of(
            Window.STEAL,
            Window.ELSEWHERE,
            "victimWasController",
            "failedWrites",
            "failedCommits",
            "plainOffsetsPerS",
            "pipelinedPlainOffsetsPerS");

    private final TestBed bed;
    private final Plan plan;
    private final Report found;
    private final Path file;

    /** @param file gets the report as JSON */
    Session(TestBed bed, Plan plan, Report found, Path file) {
        this.bed = bed;
        this.plan = plan;
        this.found = found;
        this.file = file;
    }

    void run() throws IOException, InterruptedException {
        say("Starting both clusters…");
        bed.start();
        warmUp(Contestant.KAFKA);
        warmUp(Contestant.MILLRACE_REPLICATED);
        for (Cell cell : plan.cells()) {
            say(cell + ": " + cell.words());
            rehearse(cell);
            for (int block = 1; block <= plan.blocks(); block++) {
                block(cell, block);
            }
        }
    }

    private void warmUp(Contestant contestant) throws IOException, InterruptedException {
        bed.inNewTopic(contestant, Cluster.PARTITIONS, stage -> {
            long startNs = System.nanoTime();
            long bytes = Cell.atFullSpeed(bed).runUntil(plan.serversWarmUpBytes(), SERVERS_WARM_UP_LIMIT, stage);
            Duration took = Duration.ofNanos(System.nanoTime() - startNs);
            say("Warmed up " + stage.cluster().name() + ": " + bytes / 1_000_000 + " MB in " + took.toSeconds() + " s");
            return new Measured(Map.of(), Map.of());
        });
    }

    private void rehearse(Cell cell) throws IOException, InterruptedException {
        Optional<Cell.Rehearsal> rehearsal = cell.rehearsal();
        if (rehearsal.isPresent()) {
            for (Contestant contestant : plan.contestants()) {
                Measured measured = bed.inNewTopic(
                        contestant, cell.partitions(), stage -> rehearsal.get().run(stage, plan.rehearsal()));
                say("  rehearsal, " + contestant.words() + ": " + words(measured));
            }
        }
    }

    /** A B B A. */
    private void block(Cell cell, int block) throws IOException, InterruptedException {
        List<Contestant> order = new ArrayList<>(plan.contestants());
        half(cell, block, order, false);
        Collections.reverse(order);
        half(cell, block, order, true);
    }

    private void half(Cell cell, int block, List<Contestant> order, boolean isSecondHalf)
            throws IOException, InterruptedException {
        for (Contestant contestant : order) {
            Measured measured = bed.inNewTopic(
                    contestant, cell.partitions(), stage -> cell.run(bed, stage, plan.timing(), isSecondHalf));
            found.add(new RunRecord(cell, block, contestant, measured));
            found.write(file);
            say("  block " + block + ", " + contestant.words() + ": " + words(measured));
        }
    }

    private static String words(Measured measured) {
        List<String> words = new ArrayList<>();
        for (Map.Entry<Metric, Double> figure : measured.figures().entrySet()) {
            words.add(figure.getKey().words() + " " + Report.text(figure.getValue()));
        }
        measured.notes().forEach((name, note) -> {
            if (TOLD.contains(name)) {
                words.add(name + " " + note);
            }
        });
        return String.join("; ", words);
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
