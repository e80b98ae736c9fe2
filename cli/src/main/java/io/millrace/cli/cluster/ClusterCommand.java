package io.millrace.cli.cluster;

import io.millrace.cli.shell.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace cluster}. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = "Runs a cluster on this machine, as real processes on loopback.",
        footer = {
            "",
            "Example:",
            "  millrace cluster up",
            "  millrace cluster kill 1",
            "  millrace cluster start 1",
            "  millrace cluster down"
        })
public final class ClusterCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ClusterCommand() {}

    /** The command with its subcommands. */
    public static CommandLine commandLine(Console console) {
        return new CommandLine(new ClusterCommand())
                .addSubcommand(new UpCommand(console))
                .addSubcommand(new DownCommand(console))
                .addSubcommand(new StatusCommand(console))
                .addSubcommand(new KillCommand(console))
                .addSubcommand(new StartCommand(console))
                .addSubcommand(new PauseCommand(console))
                .addSubcommand(new ResumeCommand(console));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Name what to do: up, down, status, kill, start, pause or resume.");
    }
}
