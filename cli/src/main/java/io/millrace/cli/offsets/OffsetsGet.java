package io.millrace.cli.offsets;

import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.cli.shell.Table;
import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.CommittedOffset;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace offsets get}. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = "Shows the offset that a group goes on from in each partition.",
        footer = {"", "Example:", "  millrace offsets get billing orders"})
final class OffsetsGet implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "GROUP", description = "The consumer group.")
    private String group = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "TOPIC", description = "Default: all its topics.")
    private @Nullable String topic;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    OffsetsGet(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (MillraceClient client = connection.connect()) {
            String[] topics = topic == null ? new String[0] : new String[] {topic};
            List<CommittedOffset> offsets = client.fetchOffsets(group, topics).getOffsetsList();
            if (output.isJson()) {
                Json.print(console.out(), offsets.stream().map(OffsetsGet::json).toList());
            } else {
                print(offsets);
            }
        }
        return ExitCodes.OK;
    }

    private void print(List<CommittedOffset> offsets) {
        if (offsets.isEmpty()) {
            console.err()
                    .println(
                            "Group " + group + " has committed nothing" + (topic == null ? "." : " in " + topic + "."));
            return;
        }
        Table table = new Table("TOPIC", "PARTITION", "OFFSET", "COMMITTED AT", "METADATA");
        for (CommittedOffset offset : offsets) {
            table.row(offset.getTopic(), offset.getPartition(), offset.getOffset(), time(offset), offset.getMetadata());
        }
        table.print(console.out());
    }

    private static Map<String, Object> json(CommittedOffset offset) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("topic", offset.getTopic());
        json.put("topicId", offset.getTopicId());
        json.put("partition", offset.getPartition());
        json.put("offset", offset.getOffset());
        json.put("leaderEpoch", offset.getLeaderEpoch());
        json.put("metadata", offset.getMetadata());
        json.put("commitTime", time(offset).toString());
        return json;
    }

    private static Instant time(CommittedOffset offset) {
        return Instant.ofEpochSecond(
                offset.getCommitTime().getSeconds(), offset.getCommitTime().getNanos());
    }
}
