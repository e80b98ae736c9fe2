package io.millrace.cli.produce;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionWriter;
import io.millrace.client.PartitionWriter.Pending;
import io.millrace.client.WriterConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Sends lines to the partitions of one topic, each in the order in which the lines came. */
final class LineProducer {
    private final MillraceClient client;
    private final Target target;
    private final WriterConfig config;
    private final KeySplitter splitter;
    private final PartitionChoice choice;
    private final Tally tally = new Tally();
    private final Map<Integer, PartitionWriter> writers = new TreeMap<>();
    private CompletableFuture<?> lastBatch = new CompletableFuture<>();

    LineProducer(
            MillraceClient client, Target target, WriterConfig config, KeySplitter splitter, PartitionChoice choice) {
        this.client = client;
        this.target = target;
        this.config = config;
        this.splitter = splitter;
        this.choice = choice;
    }

    /** Appends all lines; ends early where a writer stopped, of which the summary tells. */
    void sendAll(LineReader lines) throws IOException {
        for (ByteBuffer line = lines.next(); line != null; line = lines.next()) {
            if (!send(line)) {
                return;
            }
        }
    }

    private boolean send(ByteBuffer line) {
        KeySplitter.KeyAndValue parts = splitter.split(line);
        if (parts.key() == null && lastBatch.isDone()) {
            choice.onBatchAnswered();
        }
        int partition = choice.next(parts.key());
        try {
            Pending pending =
                    writer(partition).append(System.currentTimeMillis(), parts.key(), parts.value(), List.of());
            tally.onAppended(partition, pending, line.remaining());
            lastBatch = pending.batch();
        } catch (MillraceException e) {
            tally.onRefused(e);
            return false;
        }
        choice.onAppended(line.remaining());
        return true;
    }

    private PartitionWriter writer(int partition) {
        return writers.computeIfAbsent(
                partition, number -> new PartitionWriter(client, target.topic(), number, config));
    }

    /** Waits for all answers, and says what they were. */
    Summary finish() {
        writers.values().forEach(PartitionWriter::close);
        return tally.summary();
    }
}
