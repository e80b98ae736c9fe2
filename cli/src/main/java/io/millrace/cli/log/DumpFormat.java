package io.millrace.cli.log;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.InspectedBatch;
import io.millrace.broker.log.LogSummary;
import io.millrace.record.CorruptBatchException;
import io.millrace.record.Record;
import io.millrace.record.RecordReader;

/** How a dump is written: as it is read, since a log is larger than memory. */
abstract class DumpFormat {
    // A batch that claims to inflate to more is shown as unreadable, not believed.
    private static final long MAX_INFLATED_BYTES = 256L << 20;

    /** One batch. */
    abstract void batch(TopicPartition log, InspectedBatch batch);

    /** One record. */
    abstract void record(TopicPartition log, Record record);

    /** A batch whose records cannot be read. */
    abstract void unreadable(TopicPartition log, InspectedBatch batch, String why);

    /** After the last batch of a log. */
    abstract void end(TopicPartition log, LogSummary summary);

    /** The records of one batch. */
    final void records(TopicPartition log, InspectedBatch batch) {
        try (RecordReader records = batch.batch().records(MAX_INFLATED_BYTES)) {
            while (records.next()) {
                record(log, records.record());
            }
        } catch (CorruptBatchException e) {
            unreadable(log, batch, String.valueOf(e.getMessage()));
        }
    }
}
