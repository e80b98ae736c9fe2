package io.millrace.lab.perf;

import io.millrace.client.Consumer;
import io.millrace.client.ConsumerRecord;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicPartition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a topic from its begin to where it ended when the run began. */
public final class ConsumeRun {
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private final Consumer consumer;
    private final Map<TopicPartition, Long> ends;
    private final long maxRecords;
    private final Meter meter;
    private final @Nullable Numbering check;
    private volatile boolean isStopped;

    /**
     * @param ends exclusive, of each partition that is to be read
     * @param check is shown every record, where one is wanted
     */
    public ConsumeRun(
            Consumer consumer,
            Map<TopicPartition, Long> ends,
            long maxRecords,
            Meter meter,
            @Nullable Numbering check) {
        this.consumer = consumer;
        this.ends = Map.copyOf(ends);
        this.maxRecords = maxRecords;
        this.meter = meter;
        this.check = check;
    }

    /** Returns at the end of all partitions; how long it took, in nanoseconds. */
    public long run() {
        long startNs = System.nanoTime();
        Map<TopicPartition, StartPosition> positions = new HashMap<>();
        ends.forEach((partition, end) -> {
            if (end > 0) {
                positions.put(partition, StartPosition.earliest());
            }
        });
        consumer.assign(positions);
        while (!isStopped && meter.records() < maxRecords && !isAtEnd(positions)) {
            read();
        }
        return System.nanoTime() - startNs;
    }

    /** Ends the run early; from any thread. */
    public void stop() {
        isStopped = true;
    }

    private void read() {
        long records = 0;
        long bytes = 0;
        for (ConsumerRecord record : consumer.poll(PATIENCE)) {
            ByteBuffer value = record.value();
            records++;
            bytes += value == null ? 0 : value.remaining();
            if (check != null && value != null) {
                check.onRecord(new TopicPartition(record.topic(), record.partition()), value);
            }
        }
        meter.onRead(records, bytes);
    }

    private boolean isAtEnd(Map<TopicPartition, StartPosition> positions) {
        return positions.keySet().stream()
                .allMatch(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
    }
}
