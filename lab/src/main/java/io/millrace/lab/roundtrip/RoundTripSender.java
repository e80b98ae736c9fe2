package io.millrace.lab.roundtrip;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionWriter;
import io.millrace.client.WriterConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sends files line by line; file {@code i} to partition {@code i mod partitions}. */
public final class RoundTripSender {
    private final MillraceClient client;
    private final String topic;
    private final int partitions;

    /** For a topic with so many partitions, into which nobody else writes. */
    public RoundTripSender(MillraceClient client, String topic, int partitions) {
        this.client = client;
        this.topic = topic;
        this.partitions = partitions;
    }

    /**
     * How it went.
     *
     * @param failure what stopped it; empty where every line was handed over and acknowledged
     */
    public record Outcome(SendReport report, Optional<MillraceException> failure) {}

    /** Sends all files and waits for every answer. Stops at the first failure: what follows would be out of order. */
    public Outcome send(List<LineFile> files) throws IOException {
        List<PartitionWriter> writers = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            writers.add(new PartitionWriter(client, topic, partition, WriterConfig.DEFAULT));
        }
        List<Receipts> receipts = new ArrayList<>();
        Optional<MillraceException> failure = Optional.empty();
        try {
            for (int i = 0; i < files.size(); i++) {
                receipts.add(new Receipts());
                sendFile(i, files.get(i), writers.get(i % partitions), receipts.get(i));
            }
            writers.forEach(PartitionWriter::flush);
        } catch (MillraceException e) {
            failure = Optional.of(e);
        } finally {
            writers.forEach(PartitionWriter::close);
        }
        return new Outcome(report(files, receipts), failure);
    }

    private static void sendFile(int index, LineFile file, PartitionWriter writer, Receipts receipts)
            throws IOException {
        for (int line = 0; line < file.lineCount(); line++) {
            ByteBuffer key = new LineKey(index, line).encode();
            ByteBuffer value = ByteBuffer.wrap(file.line(line));
            receipts.onSent(writer.append(System.currentTimeMillis(), key, value, List.of()));
        }
    }

    private SendReport report(List<LineFile> files, List<Receipts> receipts) {
        List<SentFile> sent = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            LineFile file = files.get(i);
            Receipts own = i < receipts.size() ? receipts.get(i) : new Receipts();
            sent.add(new SentFile(
                    file.name(), i % partitions, file.lineCount(), file.sizeInBytes(), own.sent(), own.acknowledged()));
        }
        return new SendReport(topic, sent);
    }
}
