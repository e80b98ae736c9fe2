package io.millrace.cli.offsets;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.OffsetCommit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace offsets commit}. */
@Command(
        name = "commit",
        mixinStandardHelpOptions = true,
        description = "Sets the offset that a group goes on from in one partition.",
        footer = {"", "Example:", "  millrace offsets commit billing orders 0 1200"})
final class OffsetsCommit implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "GROUP", description = "The consumer group.")
    private String group = "";

    @Parameters(index = "1", paramLabel = "TOPIC", description = "The topic.")
    private String topic = "";

    @Parameters(index = "2", paramLabel = "PARTITION", description = "Counted from 0.")
    private int partition;

    @Parameters(
            index = "3",
            paramLabel = "OFFSET",
            description = "The next record to read: one more than the last one done.")
    private long offset;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    OffsetsCommit(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (partition < 0 || offset < 0) {
            throw CommandFailure.usage("PARTITION and OFFSET are 0 or more", "See `millrace offsets commit --help`.");
        }
        try (MillraceClient client = connection.connect()) {
            client.commitOffsets(group, List.of(commit(client)));
        }
        print();
        return ExitCodes.OK;
    }

    /** With the topic's id, so that the commit cannot land in a topic that was created anew meanwhile. */
    private OffsetCommit commit(MillraceClient client) {
        return OffsetCommit.newBuilder()
                .setTopic(topic)
                .setTopicId(client.metadata(topic).getTopics(0).getTopicId())
                .setPartition(partition)
                .setOffset(offset)
                .setRewind(true)
                .build();
    }

    private void print() {
        if (output.isJson()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("group", group);
            json.put("topic", topic);
            json.put("partition", partition);
            json.put("offset", offset);
            Json.print(console.out(), json);
        } else {
            console.out()
                    .println("Group " + group + " goes on from offset " + offset + " in " + topic + ", partition "
                            + partition + ".");
        }
    }
}
