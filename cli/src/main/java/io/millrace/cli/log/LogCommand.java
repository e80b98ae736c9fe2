package io.millrace.cli.log;

import io.millrace.cli.shell.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace log}. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        description = "Looks into a broker's data directory. Changes nothing.",
        footer = {"", "Example:", "  millrace log dump --data-dir ~/.millrace/local/broker-1/data --digest"})
public final class LogCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private LogCommand() {}

    /** The command with its subcommands. */
    public static CommandLine commandLine(Console console) {
        return new CommandLine(new LogCommand()).addSubcommand(new DumpCommand(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name what to do: dump.");
    }
}
