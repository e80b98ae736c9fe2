package io.millrace.cli.topic;

import io.millrace.cli.shell.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about topics. */
@Command(
        name = "topic",
        mixinStandardHelpOptions = true,
        description = "Creates, lists, describes and deletes topics, and elects leaders where none is left.",
        footer = {"", "Example:", "  millrace topic create orders --partitions 6"})
public final class TopicCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private TopicCommand() {}

    public static CommandLine commandLine(Console console) {
        return new CommandLine(new TopicCommand())
                .addSubcommand(new TopicCreate(console))
                .addSubcommand(new TopicList(console))
                .addSubcommand(new TopicDescribe(console))
                .addSubcommand(new TopicDelete(console))
                .addSubcommand(new TopicElect(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: create, list, describe, delete or elect.");
    }
}
