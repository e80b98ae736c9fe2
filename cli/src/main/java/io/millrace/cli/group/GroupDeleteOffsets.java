package io.millrace.cli.group;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.proto.v1.ErrorReason;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace group delete-offsets}. */
@Command(
        name = "delete-offsets",
        mixinStandardHelpOptions = true,
        description = "Deletes a group's offsets in one topic that no member reads; the topic need not exist any more.",
        footer = {"", "Example:", "  millrace group delete-offsets billing --topic orders"})
final class GroupDeleteOffsets implements Callable<Integer> {
    @Parameters(paramLabel = "GROUP", description = "The group.")
    private String group = "";

    @Option(names = "--topic", required = true, paramLabel = "T", description = "The topic.")
    private String topic = "";

    @Mixin
    private final Confirmation confirmation = new Confirmation();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    GroupDeleteOffsets(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        confirmation.require(console, "Delete the offsets of group " + group + " in " + topic + "?");
        try (MillraceClient client = connection.connect()) {
            client.deleteOffsets(group, topic);
        } catch (MillraceException e) {
            // The topic need not exist, so no list of topics helps.
            throw CommandFailure.advised(
                    e,
                    Map.of(
                            ErrorReason.ERROR_REASON_UNKNOWN_TOPIC,
                            "`millrace offsets get " + group + "` shows in which topics it has offsets."));
        }
        if (output.isJson()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("group", group);
            json.put("deletedOffsetsOf", topic);
            Json.print(console.out(), json);
        } else {
            console.out().println("Deleted the offsets of group " + group + " in " + topic + ".");
        }
        return ExitCodes.OK;
    }
}
