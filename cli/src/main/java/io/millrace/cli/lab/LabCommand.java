package io.millrace.cli.lab;

import io.millrace.cli.shell.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace lab}. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what a cluster is worth: simulates whole clusters under faults; sends files through a real one line by"
                    + " line and compares what comes back; kills its brokers under load and checks that it kept its"
                    + " word; or lets all kinds of faults strike a cluster of its own."
        },
        footer = {
            "",
            "Examples:",
            "  millrace lab simulate --seeds 200",
            "  millrace lab check --self-test run.jsonl",
            "  millrace topic create trip --partitions 6",
            "  millrace lab send trip a.log b.log",
            "  millrace lab verify trip a.log b.log",
            "  millrace lab drill --rounds 20",
            "  millrace lab run --duration 60s --report run.html"
        })
public final class LabCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private LabCommand() {}

    /** The command with its subcommands. */
    public static CommandLine commandLine(Console console) {
        return new CommandLine(new LabCommand())
                .addSubcommand(new SimulateCommand(console))
                .addSubcommand(new CheckCommand(console))
                .addSubcommand(new SendCommand(console))
                .addSubcommand(new VerifyCommand(console))
                .addSubcommand(new DrillCommand(console))
                .addSubcommand(new RunCommand(console));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Name what to do: simulate, check, send, verify, drill or run.");
    }
}
