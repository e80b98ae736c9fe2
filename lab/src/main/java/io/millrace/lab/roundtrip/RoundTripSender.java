package io.millrace.lab.roundtrip;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionWriter;
import io.millrace.client.WriterConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Sends files line by line, file {@code i} to partition {@code i mod partitions}, all partitions side by side. */
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
     * @param gapNs of the busiest partition since its clock was started; empty where nothing started it
     * @param failure what stopped it; empty where every line was handed over and acknowledged
     */
    public record Outcome(SendReport report, OptionalLong gapNs, Optional<MillraceException> failure) {
        /** The same, with what a killed leader cost. */
        public Outcome withKill(@Nullable KillReport kill) {
            return new Outcome(new SendReport(report.topic(), report.files(), kill), gapNs, failure);
        }
    }

    /** Sends all files as fast as it goes. */
    public Outcome send(List<LineFile> files) throws IOException, InterruptedException {
        return send(files, Pace.NONE, Midway.NOTHING);
    }

    /** Sends all files and waits for every answer. Stops at the first failure: what follows would be out of order. */
    public Outcome send(List<LineFile> files, Pace pace, Midway midway) throws IOException, InterruptedException {
        List<Receipts> receipts = files.stream().map(file -> new Receipts()).toList();
        List<PartitionSending> sendings = sendings(files, receipts);
        Optional<MillraceException> failure = Optional.empty();
        try {
            new Sending(sendings, pace, midway).run();
            sendings.forEach(sending -> sending.writer().flush());
        } catch (MillraceException e) {
            failure = Optional.of(e);
        } finally {
            sendings.forEach(sending -> sending.writer().close());
        }
        return new Outcome(
                report(files, receipts), Sending.busiest(sendings).clock().gapNs(), failure);
    }

    private List<PartitionSending> sendings(List<LineFile> files, List<Receipts> receipts) {
        List<PartitionSending> sendings = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            sendings.add(new PartitionSending(new PartitionWriter(client, topic, partition, WriterConfig.DEFAULT)));
        }
        for (int i = 0; i < files.size(); i++) {
            sendings.get(i % partitions).add(i, files.get(i), receipts.get(i));
        }
        return sendings;
    }

    private SendReport report(List<LineFile> files, List<Receipts> receipts) {
        List<SentFile> sent = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            LineFile file = files.get(i);
            Receipts own = receipts.get(i);
            sent.add(new SentFile(
                    file.name(), i % partitions, file.lineCount(), file.sizeInBytes(), own.sent(), own.acknowledged()));
        }
        return new SendReport(topic, sent, null);
    }
}
