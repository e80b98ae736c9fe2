package io.millrace.broker.log;

import io.millrace.record.BatchSplitter;
import io.millrace.record.Codec;
import io.millrace.record.Record;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordBatchBuilder;
import io.millrace.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Batches as a producer sends them, and the logs that tests keep them in. */
final class TestBatches {
    static final String TOPIC_ID = "abcdefghijklmnopqrstuv";
    static final String DIRECTORY = TOPIC_ID + "-0";

    private TestBatches() {}

    /** Of {@code records} records with {@code valueBytes} each, one millisecond apart from {@code timestampMs} on. */
    static ByteBuffer batch(int records, int valueBytes, long timestampMs) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE);
        for (int i = 0; i < records; i++) {
            byte[] value = new byte[valueBytes];
            Arrays.fill(value, (byte) ('a' + (timestampMs + i) % 26));
            builder.append(timestampMs + i, null, ByteBuffer.wrap(value), List.of());
        }
        return builder.build();
    }

    static ByteBuffer batch(int records) {
        return batch(records, 10, 1000);
    }

    /** The same records as an idempotent producer sends them. */
    static ByteBuffer producedBy(ByteBuffer batch, long producerId, int epoch, int baseSequence) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE);
        try (RecordReader records = RecordBatch.wrap(batch).records(1 << 20)) {
            while (records.next()) {
                Record record = records.record();
                builder.append(record.timestampMs(), record.key(), record.value(), List.of());
            }
        }
        return builder.producer(producerId, (short) epoch, baseSequence).build();
    }

    /** As a leader would have stamped it. */
    static ByteBuffer stamped(ByteBuffer batch, long baseOffset, int leaderEpoch) {
        RecordBatch.wrap(batch).stamp(baseOffset, leaderEpoch);
        return batch;
    }

    static ByteBuffer concat(ByteBuffer... batches) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(batches).mapToInt(ByteBuffer::remaining).sum());
        for (ByteBuffer batch : batches) {
            all.put(batch.duplicate());
        }
        return all.flip();
    }

    /** Every batch of the log, read with small reads, copied. */
    static List<RecordBatch> readAll(PartitionLog log) throws LogFailedException, OffsetOutOfLogException {
        List<RecordBatch> batches = new ArrayList<>();
        long offset = log.logStartOffset();
        while (offset < log.logEndOffset()) {
            LogSlice slice = log.read(offset, log.logEndOffset(), 200);
            batches.addAll(BatchSplitter.split(slice.batches()));
            offset = slice.nextOffset();
        }
        return batches;
    }

    /** Its batches' bytes, one after the other. */
    static byte[] bytesOf(PartitionLog log) throws LogFailedException, OffsetOutOfLogException {
        ByteBuffer[] buffers = readAll(log).stream().map(RecordBatch::buffer).toArray(ByteBuffer[]::new);
        return concat(buffers).array();
    }
}
