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
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
            description = "Show it anew every second with the time, until ^C: in place on a terminal, else one below the other.")
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
                Supplier<DescribeGroupResponse> latest = () -> client.describeGroup(group);
                new Watch(console, isInPlace).run(output.isJson() ? json(latest) : text(latest));
            } else if (output.isJson()) {
                Json.print(console.out(), GroupJson.of(client.describeGroup(group)));
            } else {
                GroupText.print(client.describeGroup(group), console.out());
            }
        }
        return ExitCodes.OK;
    }

    private static Watch.Picture text(Supplier<DescribeGroupResponse> latest) {
        return new Watch.Picture() {
            @Override
            public void draw(PrintStream out, Instant time) {
                out.println(time);
                GroupText.print(latest.get(), out);
                out.println();
            }

            @Override
            public void drawFailure(PrintStream out, Instant time, String why) {
                out.println(time);
                out.println("error: " + why);
                out.println();
            }
        };
    }

    /** One object on each line, failures too. */
    private static Watch.Picture json(Supplier<DescribeGroupResponse> latest) {
        return new Watch.Picture() {
            @Override
            public void draw(PrintStream out, Instant time) {
                Map<String, @Nullable Object> json = new LinkedHashMap<>();
                json.put("time", time.toString());
                json.putAll(GroupJson.of(latest.get()));
                Json.print(out, json);
            }

            @Override
            public void drawFailure(PrintStream out, Instant time, String why) {
                Map<String, String> json = new LinkedHashMap<>();
                json.put("time", time.toString());
                json.put("error", why);
                Json.print(out, json);
            }
        };
    }
}
