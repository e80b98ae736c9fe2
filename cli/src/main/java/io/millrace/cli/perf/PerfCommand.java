package io.millrace.cli.perf;

import io.millrace.cli.shell.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace perf}. */
@Command(
        name = "perf",
        mixinStandardHelpOptions = true,
        description = {
            "Measures a cluster with the Java client: records and bytes per second, latencies, and, for a cluster of this"
                    + " machine, the processor time that its brokers spend on a gigabyte.",
            "One run on a busy machine says little: compare medians of several, taken in turn."
        },
        footer = {
            "",
            "Examples:",
            "  millrace topic create perf --partitions 6",
            "  millrace perf produce perf --for 30s --record-bytes 1024",
            "  millrace perf consume perf",
            "  millrace perf latency perf --rate 10000 --for 30s"
        })
public final class PerfCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private PerfCommand() {}

    /** The command with its subcommands. */
    public static CommandLine commandLine(Console console) {
        return new CommandLine(new PerfCommand())
                .addSubcommand(new PerfProduce(console))
                .addSubcommand(new PerfConsume(console))
                .addSubcommand(new PerfLatency(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to measure: produce, consume or latency.");
    }
}
