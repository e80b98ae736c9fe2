package io.millrace.cli.offsets;

import io.millrace.cli.shell.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about committed offsets. */
@Command(
        name = "offsets",
        mixinStandardHelpOptions = true,
        description = "Reads and sets the offsets that a consumer group has committed.",
        footer = {"", "Example:", "  millrace offsets get billing"})
public final class OffsetsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private OffsetsCommand() {}

    public static CommandLine commandLine(Console console) {
        return new CommandLine(new OffsetsCommand())
                .addSubcommand(new OffsetsGet(console))
                .addSubcommand(new OffsetsCommit(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: get or commit.");
    }
}
