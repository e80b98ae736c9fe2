package io.millrace.cli.lab;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.client.MillraceClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What both halves of a round trip are given; the files in the same order. */
final class RoundTripArguments {
    @Parameters(index = "0", paramLabel = "TOPIC", description = "A topic that nobody else writes to.")
    private String topic = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "FILE",
            description = "The files; file i goes to partition i mod the number of partitions.")
    private List<Path> files = new ArrayList<>();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    String topic() {
        return topic;
    }

    List<Path> files() {
        return files;
    }

    MillraceClient connect() {
        return connection.connect();
    }

    int partitions(MillraceClient client) {
        return client.metadata(topic).getTopicsList().stream()
                .filter(found -> found.getName().equals(topic))
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        ExitCodes.REFUSED,
                        "unknown topic: " + topic,
                        "Create it with `millrace topic create " + topic + " --partitions 6`."))
                .getPartitionsCount();
    }
}
