package io.millrace.cli.consume;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.Consumer;
import io.millrace.client.ConsumerConfig;
import io.millrace.client.GroupConfig;
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
            "Prints the records of a topic, or a group's share of several, as they come, until ^C.",
            "By default the values alone, byte for byte and with nothing between them: what `millrace produce` sent."
                    + " Records of one partition come in their order; between partitions there is none."
        },
        footer = {
            "",
            "Example:",
            "  millrace consume orders --from-beginning --exit-at-end > orders.txt",
            "  millrace consume orders refunds --group billing",
            "  millrace consume orders --max-messages 10 --format '%%p %%o %%T %%k: %%s\\n'"
        })
public final class ConsumeCommand implements Callable<Integer> {
    /** Two ways to say where to begin. */
    static final class Start {
        @Option(
                names = "--from-beginning",
                required = true,
                description = "Begin with the oldest record that is kept; in a group, where it has committed nothing.")
        private boolean isFromBeginning;

        @Option(
                names = "--offset",
                required = true,
                paramLabel = "N",
                description = "Begin with the record at this offset; for one partition.")
        private @Nullable Long offset;
    }

    @Parameters(arity = "0..*", paramLabel = "TOPIC", description = "The topic; several only with --group.")
    private List<String> topicNames = List.of();

    @Option(names = "--partition", paramLabel = "P", description = "Read this partition alone. Default: all.")
    private @Nullable Integer partition;

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private Start start = new Start();

    @ArgGroup(exclusive = false, multiplicity = "0..1")
    private @Nullable GroupOptions group;

    @Option(names = "--max-messages", paramLabel = "N", description = "End after so many records.")
    private long maxMessages = Long.MAX_VALUE;

    @Option(
            names = "--exit-at-end",
            description = "End with the last record that is there at the start; in a group, when a partition comes.")
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
            if (group == null) {
                readAlone(client, sink);
            } else {
                readInGroup(client, sink, group);
            }
        }
        return ExitCodes.OK;
    }

    private void readAlone(MillraceClient client, RecordSink sink) throws InterruptedException {
        if (topicNames.size() != 1) {
            throw CommandFailure.usage(
                    "without --group one TOPIC is read, not " + topicNames.size(), "Name one, or add --group G.");
        }
        Topic topic = client.metadata(topicNames.get(0)).getTopics(0);
        requireStartAndPartitionFit(topic);
        ConsumeLoop loop = new ConsumeLoop(client, topic, sink, console.out(), maxMessages);
        console.stop().onStop(loop::stop);
        StartPositions.Wish wish = new StartPositions.Wish(start.isFromBeginning, start.offset);
        loop.run(new StartPositions(client, topic).find(wish, partition, isExitAtEnd));
    }

    private void readInGroup(MillraceClient client, RecordSink sink, GroupOptions membership) {
        requireNoPlaceOfItsOwn();
        membership.requireTopicsOrPattern(topicNames);
        ConsumerConfig config = ConsumerConfig.of(connection.bootstrap()).withTimeoutMs(connection.timeoutMs());
        GroupConfig groupConfig = membership.config();
        membership.tellOfMissing(client, topicNames, console.err());
        try (Consumer consumer = Consumer.open(config)) {
            Committer committer = new Committer(consumer, console.err());
            MemberWords words = new MemberWords(console.err(), committer);
            Ends ends = new Ends(client, isExitAtEnd);
            GroupLoop loop = new GroupLoop(consumer, committer, words, sink, console.out(), ends, maxMessages);
            console.stop().onStop(loop::stop);
            membership.subscribe(consumer, topicNames, groupConfig, words);
            loop.run();
        }
    }

    private void requireNoPlaceOfItsOwn() {
        if (partition != null || start.offset != null) {
            throw CommandFailure.usage(
                    "in a group neither --partition nor --offset can be chosen",
                    "Leave out --group, or set where the group goes on: `millrace group reset-offsets`.");
        }
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
                    "topic " + topic.getName() + " has no partition " + partition, "It has 0 to " + (count - 1) + ".");
        }
        if (start.offset != null && partition == null && count > 1) {
            throw CommandFailure.usage(
                    "--offset alone fits no topic of " + count + " partitions", "Add --partition P.");
        }
    }
}
