package io.millrace.cli.topic;

import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace topic delete}. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Deletes a topic with all its records. There is no way back.",
        footer = {"", "Example:", "  millrace topic delete orders"})
final class TopicDelete implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The topic.")
    private String name = "";

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    TopicDelete(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (MillraceClient client = connection.connect()) {
            client.deleteTopic(name);
        }
        if (output.isJson()) {
            Json.print(console.out(), Map.of("deleted", name));
        } else {
            console.out().println("Deleted topic " + name + ".");
        }
        return ExitCodes.OK;
    }
}
