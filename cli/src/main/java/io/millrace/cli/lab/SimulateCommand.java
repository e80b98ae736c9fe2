package io.millrace.cli.lab;

import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.lab.simulation.Simulation;
import io.millrace.lab.simulation.SimulationResult;
import io.millrace.lab.simulation.Swarm;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
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

    private final Console console;

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
                    "Switches each rule off in turn and tells how many seeds it takes on average to find that out;"
                            + " --seeds is how many each gets.")
    private boolean eachRuleOff;

    @Mixin
    private OutputOptions output = new OutputOptions();

    SimulateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (eachRuleOff) {
            List<Map<String, Object>> powers = new ArrayList<>();
            for (Safeguard rule : Safeguard.values()) {
                powers.add(power(rule));
            }
            if (output.isJson()) {
                Json.print(console.out(), powers);
            }
            return ExitCodes.OK;
        }
        return runAll() == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private long runAll() {
        Safeguards rules = without == null ? Safeguards.ALL : Safeguards.without(without);
        List<SimulationResult> bad = new ArrayList<>();
        long acknowledged = 0;
        for (long from = seed; from < seed + seeds; from += PROGRESS_EVERY) {
            List<SimulationResult> results = run(from, Math.min(seed + seeds, from + PROGRESS_EVERY), rules);
            for (SimulationResult result : results) {
                acknowledged += result.acknowledged();
                if (!result.isGood()) {
                    bad.add(result);
                    tellFailure(result);
                }
            }
            console.err().printf("%d of %d seeds, %d failed%n", from - seed + results.size(), seeds, bad.size());
        }
        tellTotal(acknowledged, bad);
        return bad.size();
    }

    private void tellTotal(long acknowledged, List<SimulationResult> bad) {
        if (output.isJson()) {
            List<Long> failed = bad.stream().map(SimulationResult::seed).toList();
            Json.print(console.out(), Map.of("seeds", seeds, "acknowledged", acknowledged, "failedSeeds", failed));
        } else {
            console.out().printf("%d seeds, %d records acknowledged, %d failed%n", seeds, acknowledged, bad.size());
        }
    }

    private List<SimulationResult> run(long from, long to, Safeguards rules) {
        return LongStream.range(from, to)
                .parallel()
                .mapToObj(one -> new Simulation(Swarm.plan(one, rules)).run(events))
                .toList();
    }

    /** Beside the result, where it is for a program. */
    private void tellFailure(SimulationResult result) {
        PrintStream words = output.isJson() ? console.err() : console.out();
        words.println(result.inWords());
        words.printf(
                "  again: millrace lab simulate --seeds 1 --seed %d --events %d%s%n",
                result.seed(), events, without == null ? "" : " --without " + without);
    }

    private Map<String, Object> power(Safeguard rule) {
        List<SimulationResult> results = run(seed, seed + seeds, Safeguards.without(rule));
        long found = results.stream().filter(result -> !result.isGood()).count();
        if (!output.isJson()) {
            tellPower(rule, results, found);
        }
        return Map.of("rule", rule.name(), "seeds", seeds, "foundBy", found);
    }

    private void tellPower(Safeguard rule, List<SimulationResult> results, long found) {
        String first = results.stream()
                .filter(result -> !result.isGood())
                .findFirst()
                .map(result -> ", first by seed " + result.seed() + ": " + shortened(result))
                .orElse("");
        console.out()
                .printf(
                        "%-42s %s%s%n",
                        rule,
                        found == 0
                                ? "not found in " + seeds + " seeds"
                                : String.format("found by one seed in %.1f", (double) seeds / found),
                        first);
    }

    private static String shortened(SimulationResult result) {
        Throwable failure = result.failure();
        String words = failure == null ? "" : String.valueOf(failure.getMessage());
        return words.substring(0, Math.min(60, words.length()));
    }
}
