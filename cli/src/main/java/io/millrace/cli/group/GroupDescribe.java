package io.millrace.cli.group;

import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.cli.shell.Terminal;
import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.DescribeGroupResponse;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace group describe}. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description = {
            "Shows who is in a group, who reads what, and how far behind it is.",
            "LAG is the number of records from the committed offset to the end, TIME LAG how long the first of them has"
                    + " been there."
        },
        footer = {
            "",
            "Example:",
            "  millrace group describe billing --watch",
            "  millrace group describe billing -o json | jq .totalLag"
        })
final class GroupDescribe implements Callable<Integer> {
    @Parameters(paramLabel = "GROUP", description = "The group.")
    private String group = "";

    @Option(
            names = "--watch",
            description = "Show it anew every second, until ^C: in place on a terminal, else one below the other.")
    private boolean isWatching;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    GroupDescribe(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (MillraceClient client = connection.connect()) {
            if (isWatching) {
                boolean isInPlace = Terminal.isThere() && !output.isJson();
                new Watch(console, isInPlace).run(out -> print(client.describeGroup(group), out));
            } else {
                print(client.describeGroup(group), console.out());
            }
        }
        return ExitCodes.OK;
    }

    private void print(DescribeGroupResponse description, PrintStream out) {
        if (output.isJson()) {
            Json.print(out, GroupJson.of(description));
        } else {
            GroupText.print(description, out);
        }
    }
}
