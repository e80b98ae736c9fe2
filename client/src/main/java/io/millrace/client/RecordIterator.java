package io.millrace.client;

import io.millrace.client.ConsumerRecords.Chunk;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.record.CorruptBatchException;
import io.millrace.record.Record;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one batch at a time, as a whole: a decoder may hold memory outside the heap, and an iterator that is left
 * halfway would never give it back.
 */
final class RecordIterator implements Iterator<ConsumerRecord> {
    /** A batch of 1 MiB, the most that a topic allows by default, compressed to a 64th of its records. */
    private static final long MAX_INFLATED_BYTES = 64L << 20;

    private final Iterator<Chunk> chunks;
    private @Nullable Chunk chunk;
    private Iterator<RecordBatch> batches = List.<RecordBatch>of().iterator();
    private Iterator<Record> records = List.<Record>of().iterator();
    private int leaderEpoch;

    RecordIterator(List<Chunk> chunks) {
        this.chunks = chunks.iterator();
    }

    @Override
    public boolean hasNext() {
        while (!records.hasNext()) {
            if (batches.hasNext()) {
                RecordBatch batch = batches.next();
                leaderEpoch = batch.partitionLeaderEpoch();
                records = decoded(batch).iterator();
            } else if (chunks.hasNext()) {
                chunk = chunks.next();
                batches = chunk.batches().iterator();
            } else {
                return false;
            }
        }
        return true;
    }

    @Override
    public ConsumerRecord next() {
        Chunk current = hasNext() ? chunk : null;
        if (current == null) {
            throw new NoSuchElementException();
        }
        return new ConsumerRecord(current.partition(), leaderEpoch, records.next());
    }

    private List<Record> decoded(RecordBatch batch) {
        List<Record> decoded = new ArrayList<>();
        long from = chunk == null ? 0 : chunk.from();
        try (RecordReader reader = batch.records(MAX_INFLATED_BYTES)) {
            while (reader.next()) {
                Record record = reader.record();
                if (record.offset() >= from) {
                    decoded.add(record);
                }
            }
        } catch (CorruptBatchException e) {
            throw MillraceException.withoutDetail(
                    Kind.PROTOCOL, Certainty.CERTAINTY_DEFINITE, String.valueOf(e.getMessage()), e);
        }
        return decoded;
    }
}
