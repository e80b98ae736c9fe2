package io.millrace.cli.log;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.FileDisk;
import io.millrace.broker.log.InspectedBatch;
import io.millrace.broker.log.LogInspector;
import io.millrace.broker.log.LogSummary;
import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.OutputOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace log dump}. */
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the batches of a broker's partition logs, or their records, or one digest for each whole log: replicas"
                    + " with equal digests hold equal bytes.",
            "Exits with 1 if a log is damaged, and says where."
        },
        footer = {
            "",
            "Example:",
            "  millrace log dump --data-dir ~/.millrace/local/broker-1/data --digest",
            "  millrace log dump --data-dir /var/lib/millrace --partition 3 --records"
        })
final class DumpCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--data-dir", required = true, paramLabel = "DIR", description = "A broker's data directory.")
    private Path dataDir = Path.of("");

    @Option(
            names = "--topic-id",
            paramLabel = "ID",
            description = "Only this topic; `millrace topic describe` shows its id.")
    private @Nullable String topicId;

    @Option(names = "--partition", paramLabel = "P", description = "Only the partitions of this number.")
    private @Nullable Integer partition;

    @Option(names = "--digest", description = "One line for each log: its range, size and SHA-256.")
    private boolean isDigest;

    @Option(names = "--records", description = "Records, not batches.")
    private boolean isRecords;

    @Mixin
    private OutputOptions output = new OutputOptions();

    DumpCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        if (isDigest && isRecords) {
            throw CommandFailure.usage("--digest and --records do not go together", "Choose one of them.");
        }
        LogInspector inspector = new LogInspector(new FileDisk(dataDir));
        DumpFormat format = output.isJson() ? new JsonDump(console.out()) : new TextDump(console.out());
        boolean isWhole = true;
        for (TopicPartition log : chosen(inspector)) {
            isWhole &= dump(inspector, log, format);
        }
        return isWhole ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /** Whether the log is whole. */
    private boolean dump(LogInspector inspector, TopicPartition log, DumpFormat format) throws IOException {
        LogSummary summary = inspector.inspect(log, batch -> show(log, batch, format));
        format.end(log, summary);
        return summary.defect().isEmpty();
    }

    private void show(TopicPartition log, InspectedBatch batch, DumpFormat format) {
        if (isRecords) {
            format.records(log, batch);
        } else if (!isDigest) {
            format.batch(log, batch);
        }
    }

    private List<TopicPartition> chosen(LogInspector inspector) throws IOException {
        if (!Files.isDirectory(dataDir)) {
            throw CommandFailure.failed("no such directory: " + dataDir, "Name a broker's data directory.");
        }
        List<TopicPartition> chosen = inspector.partitions().stream()
                .filter(log -> topicId == null || topicId.equals(log.topicId()))
                .filter(log -> partition == null || partition == log.partition())
                .toList();
        if (chosen.isEmpty()) {
            throw CommandFailure.failed("no such log in " + dataDir, "It has: " + inspector.partitions());
        }
        return chosen;
    }
}
