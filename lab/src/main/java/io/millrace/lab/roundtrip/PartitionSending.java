package io.millrace.lab.roundtrip;

import io.millrace.client.PartitionWriter;
import io.millrace.client.PartitionWriter.Pending;
import io.millrace.lab.traffic.AckClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One partition's files on their way in, one after the other. */
final class PartitionSending {
    private final PartitionWriter writer;
    private final List<Source> sources = new ArrayList<>();
    private final AckClock clock = new AckClock();
    private int current;
    private int line;
    private long sent;

    private record Source(int index, LineFile file, Receipts receipts) {}

    PartitionSending(PartitionWriter writer) {
        this.writer = writer;
    }

    void add(int index, LineFile file, Receipts receipts) {
        sources.add(new Source(index, file, receipts));
    }

    PartitionWriter writer() {
        return writer;
    }

    AckClock clock() {
        return clock;
    }

    long lines() {
        return sources.stream().mapToLong(source -> source.file().lineCount()).sum();
    }

    /** Lines that were handed over. */
    long sent() {
        return sent;
    }

    long acknowledged() {
        return sources.stream()
                .mapToLong(source -> source.receipts().acknowledged())
                .sum();
    }

    long inFlight() {
        return sent - acknowledged();
    }

    /** Hands over the next line, of which there must be one. */
    void sendNext() throws IOException {
        while (line >= sources.get(current).file().lineCount()) {
            current++;
            line = 0;
        }
        Source source = sources.get(current);
        ByteBuffer key = new LineKey(source.index(), line).encode();
        Pending pending = writer.append(
                System.currentTimeMillis(), key, ByteBuffer.wrap(source.file().line(line)), List.of());
        source.receipts().onSent(pending, clock);
        line++;
        sent++;
    }
}
