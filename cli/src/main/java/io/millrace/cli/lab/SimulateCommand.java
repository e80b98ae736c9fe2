package io.millrace.cli.lab;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.lab.history.HistoryWriter;
import io.millrace.lab.simulation.Fault;
import io.millrace.lab.simulation.Simulation;
import io.millrace.lab.simulation.SimulationResult;
import io.millrace.lab.simulation.Swarm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace lab simulate}. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Runs whole clusters on one thread each, every one from a seed: brokers crash, lose power and are paused,"
                    + " networks are cut, the coordination service goes away. After every event the invariants are"
                    + " checked.",
            "Exits with 0 only if every run was well. The same seed does the same again, here and elsewhere."
        },
        footer = {
            "",
            "Example:",
            "  millrace lab simulate --seeds 2000 --seed 1",
            "  millrace lab simulate --each-rule-off --seeds 200"
        })
final class SimulateCommand implements Callable<Integer> {
    private static final int PROGRESS_EVERY = 100;
    /** One start would measure where it begins. */
    private static final int POWER_STARTS = 10;

    private final Console console;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--seeds", paramLabel = "N", description = "How many runs; default ${DEFAULT-VALUE}.")
    private int seeds = 100;

    @Option(names = "--seed", paramLabel = "S", description = "The first seed; default ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--events", paramLabel = "E", description = "Events under faults; default ${DEFAULT-VALUE}.")
    private long events = 20_000;

    @Option(names = "--without", paramLabel = "RULE", description = "Switches a rule off: ${COMPLETION-CANDIDATES}.")
    private @Nullable Safeguard without;

    @Option(
            names = "--each-rule-off",
            description =
                    "Switches each rule off in turn and tells how many seeds it takes to find that out, from ten seeds on:"
                            + " mean and median; --seeds is how many each of the ten gets.")
    private boolean eachRuleOff;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Writes what happens in the first seed to a file, for `lab check`.")
    private @Nullable Path history;

    SimulateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (seeds < 1 || events < 1) {
            throw CommandFailure.usage("--seeds and --events must be 1 or more", "See `millrace lab simulate --help`.");
        }
        checkSeeds();
        WrittenFile.check("--history", history);
        // What simulated brokers have to say of their faults would look like trouble of this process.
        ((Logger) LoggerFactory.getLogger("io.millrace")).setLevel(Level.OFF);
        if (eachRuleOff) {
            for (Safeguard rule : Safeguard.values()) {
                tellPower(rule);
            }
            return ExitCodes.OK;
        }
        return runAll() == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private void checkSeeds() {
        long runs = (long) seeds * (eachRuleOff ? POWER_STARTS : 1);
        // Seeds are counted on by whole steps.
        long greatest = Long.MAX_VALUE - PROGRESS_EVERY - runs;
        if (seed > greatest) {
            throw CommandFailure.usage(
                    "there are not " + runs + " seeds from --seed " + seed + " on: it can be at most " + greatest,
                    "See `millrace lab simulate --help`.");
        }
    }

    private long runAll() {
        Safeguards rules = without == null ? Safeguards.ALL : Safeguards.without(without);
        long bad = 0;
        long acknowledged = 0;
        TreeMap<Fault, Integer> planted = new TreeMap<>();
        for (long from = seed; from < seed + seeds; from += PROGRESS_EVERY) {
            List<SimulationResult> results = run(from, Math.min(seed + seeds, from + PROGRESS_EVERY), rules);
            for (SimulationResult result : results) {
                acknowledged += result.acknowledged();
                result.planted().forEach((fault, times) -> planted.merge(fault, times, Integer::sum));
                if (!result.isGood()) {
                    bad++;
                    tellFailure(result);
                }
            }
            console.err().printf("%d of %d seeds, %d failed%n", from - seed + results.size(), seeds, bad);
        }
        if (output.isJson()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("seeds", seeds);
            json.put("firstSeed", seed);
            json.put("acknowledged", acknowledged);
            json.put("faults", planted);
            json.put("failed", bad);
            Json.print(console.out(), json);
        } else {
            console.out().printf("%d seeds, %d records acknowledged, %d failed%n", seeds, acknowledged, bad);
            if (without != null) {
                console.out()
                        .printf(
                                "%s was switched off: %s%n",
                                without,
                                bad > 0
                                        ? "that is what the failures come from"
                                        : "no seed has found that out. Try more of them, or more events");
            }
            console.out().println("Faults planted:");
            planted.forEach((fault, times) -> console.out().printf("  %-16s %d%n", fault, times));
        }
        return bad;
    }

    private List<SimulationResult> run(long from, long to, Safeguards rules) {
        return LongStream.range(from, to)
                .parallel()
                .mapToObj(one -> run(one, rules))
                .toList();
    }

    private SimulationResult run(long one, Safeguards rules) {
        Path file = one == seed ? history : null;
        if (file == null) {
            return new Simulation(Swarm.plan(one, rules)).run(events);
        }
        try (HistoryWriter writer = new HistoryWriter(file)) {
            return new Simulation(Swarm.plan(one, rules), writer).run(events);
        } catch (IOException | UncheckedIOException e) {
            throw CommandFailure.failed("the history cannot be written: " + e.getMessage(), "");
        }
    }

    private void tellFailure(SimulationResult result) {
        if (output.isJson()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("seed", result.seed());
            json.put("failure", result.inWords());
            Json.print(console.out(), json);
            return;
        }
        console.out().println(result.inWords());
        console.out()
                .printf(
                        "  again: millrace lab simulate --seeds 1 --seed %d --events %d%s%n",
                        result.seed(), events, without == null ? "" : " --without " + without);
    }

    private void tellPower(Safeguard rule) {
        Safeguards others = Safeguards.without(rule);
        RulePower power = RulePower.measure(seed, POWER_STARTS, seeds, one -> {
            SimulationResult result = new Simulation(Swarm.plan(one, others)).run(events);
            return result.isGood() ? null : "seed " + one + ": " + shortened(result);
        });
        if (output.isJson()) {
            Json.print(console.out(), json(rule, power));
            return;
        }
        if (power.found() == 0) {
            console.out().printf("%-42s not found in %d seeds%n", rule, power.total());
            return;
        }
        console.out()
                .printf(
                        "%-42s mean %6.1f  median %6s  found from %d of %d starts, by %s%n",
                        rule,
                        power.mean().orElseThrow(),
                        power.median().isPresent()
                                ? String.format("%.0f", power.median().getAsDouble())
                                : "> " + seeds,
                        power.found(),
                        POWER_STARTS,
                        power.first());
    }

    private Map<String, Object> json(Safeguard rule, RulePower power) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("rule", rule.name());
        json.put("starts", POWER_STARTS);
        json.put("seeds", power.total());
        json.put("found", power.found());
        power.mean().ifPresent(mean -> json.put("mean", mean));
        power.median().ifPresent(median -> json.put("median", median));
        return json;
    }

    private static String shortened(SimulationResult result) {
        Throwable failure = result.failure();
        String words = failure == null ? "" : String.valueOf(failure.getMessage());
        return words.substring(0, Math.min(60, words.length()));
    }
}
