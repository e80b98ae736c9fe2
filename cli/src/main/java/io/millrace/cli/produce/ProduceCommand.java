package io.millrace.cli.produce;

import io.millrace.cli.shell.CodecNames;
import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import io.millrace.client.WriterConfig;
import io.millrace.proto.v1.Acks;
import io.millrace.record.Codec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace produce}. */
@Command(
        name = "produce",
        mixinStandardHelpOptions = true,
        description = {
            "Sends lines to a topic, each line as one record.",
            "A record keeps its line's own end (LF, CRLF, or none on the last line), so that what is read back are the"
                    + " bytes that were sent. Nothing is decoded as text."
        },
        footer = {
            "",
            "Example:",
            "  millrace produce orders --file orders.txt",
            "  tail -f app.log | millrace produce logs --acks leader",
            "  printf 'alice:1\\nbob:2\\n' | millrace produce balances --key-separator :"
        })
public final class ProduceCommand implements Callable<Integer> {
    /** When a record counts as acknowledged. */
    enum AcksName {
        NONE(Acks.ACKS_NONE),
        LEADER(Acks.ACKS_LEADER),
        ALL(Acks.ACKS_ALL);

        private final Acks acks;

        AcksName(Acks acks) {
            this.acks = acks;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "TOPIC", description = "The topic.")
    private String topic = "";

    @Option(names = "--file", paramLabel = "FILE", description = "Where the lines come from. Default: stdin.")
    private @Nullable Path file;

    @Option(
            names = "--partition",
            paramLabel = "P",
            description = "Where all records go. Default: by key; those without a key are spread in batches.")
    private @Nullable Integer partition;

    @Option(
            names = "--key-separator",
            paramLabel = "S",
            description =
                    "What stands before the first S in a line is the record's key, the rest its value; a line without"
                            + " S has no key.")
    private @Nullable String keySeparator;

    @Option(
            names = "--acks",
            paramLabel = "WHO",
            defaultValue = "all",
            description =
                    "Who has stored a record when it counts as acknowledged: none, leader, or all in-sync replicas"
                            + " (default: ${DEFAULT-VALUE}).")
    private AcksName acks = AcksName.ALL;

    @Option(
            names = "--compression",
            paramLabel = "CODEC",
            defaultValue = "none",
            completionCandidates = CodecNames.class,
            description = "How batches are compressed: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Codec codec = Codec.NONE;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    public ProduceCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        KeySplitter splitter = new KeySplitter(keySeparator);
        try (InputStream in = open();
                MillraceClient client = connection.connect()) {
            return send(client, in, splitter);
        }
    }

    private InputStream open() throws IOException {
        return file == null ? console.in() : Files.newInputStream(file);
    }

    private int send(MillraceClient client, InputStream in, KeySplitter splitter) throws IOException {
        Target target = Target.of(client, topic, partition);
        WriterConfig config = new WriterConfig(acks.acks, codec, target.maxBatchBytes());
        int anywhere = ThreadLocalRandom.current().nextInt(target.partitionCount());
        PartitionChoice choice = new PartitionChoice(partition, target.partitionCount(), anywhere);
        LineProducer producer = new LineProducer(client, target, config, splitter, choice);
        Summary summary;
        try {
            producer.sendAll(new LineReader(in, target.maxLineBytes()));
        } finally {
            // Also where the input broke off: what came before was sent, and has to be accounted for.
            summary = producer.finish();
            print(summary);
        }
        return exitCode(summary);
    }

    private void print(Summary summary) {
        if (output.isJson()) {
            Json.print(console.out(), summary.json());
        } else {
            console.err().println(summary.text());
        }
    }

    private static int exitCode(Summary summary) {
        if (summary.failure() != null) {
            throw summary.failure();
        }
        return summary.isComplete() ? ExitCodes.OK : ExitCodes.FAILED;
    }
}
