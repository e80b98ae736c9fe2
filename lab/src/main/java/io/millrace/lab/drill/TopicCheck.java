package io.millrace.lab.drill;

import io.millrace.lab.traffic.RecordSink;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges a whole topic, partition by partition. Pure. */
public final class TopicCheck implements RecordSink {
    private final Payload payload;
    private final List<PartitionCheck> partitions;

    /** For what was sent to each partition, by its number. */
    public TopicCheck(Payload payload, List<SentRuns> sent) {
        this.payload = payload;
        this.partitions = sent.stream().map(PartitionCheck::new).toList();
    }

    @Override
    public void accept(int partition, long offset, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
        partitions.get(partition).onRecord(offset, payload.parse(partition, value));
    }

    /** Call it after the last record. */
    public CheckCounts counts() {
        return partitions.stream().map(PartitionCheck::counts).reduce(CheckCounts.NONE, CheckCounts::plus);
    }
}
