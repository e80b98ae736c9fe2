package io.millrace.cli.consume;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.Topic;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace consume}. */
@Command(
        name = "consume",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the records of a topic as they come, until ^C.",
            "By default the values alone, byte for byte and with nothing between them: what `millrace produce` sent."
                    + " Records of one partition come in their order; between partitions there is none."
        },
        footer = {
            "",
            "Example:",
            "  millrace consume orders --from-beginning --exit-at-end > orders.txt",
            "  millrace consume orders --group billing",
            "  millrace consume orders --max-messages 10 --format '%%p %%o %%T %%k: %%s\\n'"
        })
public final class ConsumeCommand implements Callable<Integer> {
    /** Two ways to say where to begin. */
    static final class Start {
        @Option(names = "--from-beginning", required = true, description = "Begin with the oldest record that is kept.")
        private boolean isFromBeginning;

        @Option(
                names = "--offset",
                required = true,
                paramLabel = "N",
                description = "Begin with the record at this offset; for one partition.")
        private @Nullable Long offset;
    }

    @Parameters(paramLabel = "TOPIC", description = "The topic.")
    private String topicName = "";

    @Option(names = "--partition", paramLabel = "P", description = "Read this partition alone. Default: all.")
    private @Nullable Integer partition;

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private Start start = new Start();

    @Option(
            names = "--group",
            paramLabel = "G",
            description =
                    "Begin where this group has committed, or with the oldest record where it has not, and commit what"
                            + " was printed. Default: begin with the records to come.")
    private @Nullable String group;

    @Option(names = "--max-messages", paramLabel = "N", description = "End after so many records.")
    private long maxMessages = Long.MAX_VALUE;

    @Option(names = "--exit-at-end", description = "End with the last record that is there at the start.")
    private boolean isExitAtEnd;

    @Option(
            names = "--format",
            paramLabel = "F",
            description =
                    "How to print a record: %%t topic, %%p partition, %%o offset, %%k key, %%s value, %%T timestamp in"
                            + " ms, %%h headers, %%%%, and \\n, \\t, \\\\.")
    private @Nullable String format;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    public ConsumeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        RecordSink sink = sink();
        if (maxMessages < 1) {
            throw CommandFailure.usage("--max-messages " + maxMessages + " is not positive", "Give 1 or more.");
        }
        try (MillraceClient client = connection.connect()) {
            Topic topic = client.metadata(topicName).getTopics(0);
            requireStartAndPartitionFit(topic);
            Committer committer = group == null ? null : new Committer(client, group, topic, console.err());
            ConsumeLoop loop = new ConsumeLoop(client, topic, sink, console.out(), committer, maxMessages);
            console.stop().onStop(loop::stop);
            loop.run(cursors(client, topic));
        }
        return ExitCodes.OK;
    }

    private List<Cursor> cursors(MillraceClient client, Topic topic) {
        StartPositions.Wish wish = new StartPositions.Wish(start.isFromBeginning, start.offset, group);
        return new StartPositions(client, topic).find(wish, partition, isExitAtEnd);
    }

    private RecordSink sink() {
        if (format == null) {
            return output.isJson() ? new JsonSink() : RecordSink.values();
        }
        if (output.isJson()) {
            throw CommandFailure.usage("--format and --output json exclude each other", "Choose one.");
        }
        return FormatSink.parse(format);
    }

    private void requireStartAndPartitionFit(Topic topic) {
        int count = topic.getPartitionsCount();
        if (partition != null && (partition < 0 || partition >= count)) {
            throw CommandFailure.usage(
                    "topic " + topicName + " has no partition " + partition, "It has 0 to " + (count - 1) + ".");
        }
        if (start.offset != null && partition == null && count > 1) {
            throw CommandFailure.usage(
                    "--offset alone fits no topic of " + count + " partitions", "Add --partition P.");
        }
    }
}
