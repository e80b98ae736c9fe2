package io.millrace.cli.group;

import io.millrace.cli.shell.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about consumer groups. */
@Command(
        name = "group",
        mixinStandardHelpOptions = true,
        description = "Shows consumer groups, sets where they go on, and deletes them.",
        footer = {"", "Example:", "  millrace group describe billing --watch"})
public final class GroupCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private GroupCommand() {}

    public static CommandLine commandLine(Console console) {
        return new CommandLine(new GroupCommand())
                .addSubcommand(new GroupList(console))
                .addSubcommand(new GroupDescribe(console))
                .addSubcommand(new GroupReset(console))
                .addSubcommand(new GroupDelete(console))
                .addSubcommand(new GroupDeleteOffsets(console));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Name a command: list, describe, reset-offsets, delete or delete-offsets.");
    }
}
