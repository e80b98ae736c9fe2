package io.millrace.lab.simulation.check;

import io.millrace.record.BatchSplitter;
import io.millrace.record.Codec;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordBatchBuilder;
import io.millrace.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Values as records: each a number that occurs once in a run. */
public final class Values {

    private static final int MAX_BYTES = 1 << 20;

    private Values() {}

    /** One batch of {@code count} records, from {@code first} on. */
    public static RecordBatchBuilder batch(long first, int count, long timestampMs) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE);
        for (int i = 0; i < count; i++) {
            ByteBuffer value =
                    ByteBuffer.allocate(Long.BYTES).putLong(first + i).flip();
            builder.append(timestampMs, null, value, List.of());
        }
        return builder;
    }

    /** The values in {@code batches} from offset {@code from} on, with their epochs. */
    static List<Entry> in(ByteBuffer batches, long from) {
        List<Entry> entries = new ArrayList<>();
        for (RecordBatch batch : BatchSplitter.split(batches)) {
            try (RecordReader records = batch.records(MAX_BYTES)) {
                while (records.next()) {
                    ByteBuffer value = records.record().value();
                    if (records.record().offset() >= from) {
                        entries.add(new Entry(batch.partitionLeaderEpoch(), value == null ? -1 : value.getLong()));
                    }
                }
            }
        }
        return entries;
    }
}
