package io.millrace.cli.log;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.InspectedBatch;
import io.millrace.broker.log.LogDigest;
import io.millrace.broker.log.LogSummary;
import io.millrace.record.Record;
import io.millrace.record.RecordBatch;
import java.io.PrintStream;
import java.time.Instant;

/** For people: one line for each batch, record or log, with its fields named. */
final class TextDump extends DumpFormat {
    private final PrintStream out;

    TextDump(PrintStream out) {
        this.out = out;
    }

    @Override
    void batch(TopicPartition log, InspectedBatch inspected) {
        RecordBatch batch = inspected.batch();
        out.printf(
                "%s %s at %d: offsets %d..%d epoch %d records %d bytes %d codec %s crc %s%n",
                log,
                inspected.file(),
                inspected.position(),
                batch.baseOffset(),
                batch.lastOffset(),
                batch.partitionLeaderEpoch(),
                batch.recordCount(),
                batch.sizeInBytes(),
                batch.codec(),
                inspected.isCrcValid() ? "ok" : "WRONG");
    }

    @Override
    void record(TopicPartition log, Record record) {
        out.printf(
                "%s offset %d time %s key %s value %s%n",
                log,
                record.offset(),
                Instant.ofEpochMilli(record.timestampMs()),
                Printable.escaped(record.key()),
                Printable.escaped(record.value()));
    }

    @Override
    void unreadable(TopicPartition log, InspectedBatch batch, String why) {
        out.printf(
                "%s the records of the batch at offset %d: %s%n",
                log, batch.batch().baseOffset(), why);
    }

    @Override
    void end(TopicPartition log, LogSummary summary) {
        LogDigest digest = summary.digest();
        out.printf(
                "%s offsets %d..%d records %d batches %d bytes %d epoch %d sha256 %s%n",
                log,
                digest.startOffset(),
                digest.endOffset(),
                summary.records(),
                summary.batches(),
                digest.bytes(),
                summary.lastEpoch(),
                digest.sha256());
        summary.defect()
                .ifPresent(defect -> out.printf(
                        "%s DAMAGED at %s byte %d, offset %d: %s%n",
                        log, defect.file(), defect.position(), defect.offset(), defect.what()));
    }
}
