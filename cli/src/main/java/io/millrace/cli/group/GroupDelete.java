package io.millrace.cli.group;

import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace group delete}. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Deletes a group without members, with all its offsets. There is no way back.",
        footer = {"", "Example:", "  millrace group delete billing"})
final class GroupDelete implements Callable<Integer> {
    @Parameters(paramLabel = "GROUP", description = "The group.")
    private String group = "";

    @Mixin
    private final Confirmation confirmation = new Confirmation();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    GroupDelete(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        confirmation.require(console, "Delete group " + group + " and its offsets?");
        try (MillraceClient client = connection.connect()) {
            client.deleteGroup(group);
        }
        if (output.isJson()) {
            Json.print(console.out(), Map.of("deleted", group));
        } else {
            console.out().println("Deleted group " + group + ".");
        }
        return ExitCodes.OK;
    }
}
