package io.millrace.record;

import io.millrace.record.BatchDefect.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a leader demands of a batch before it appends it. A checksum proves only that the bytes are the sender's; a count
 * or an offset delta that lies under a valid checksum would reach every consumer, so every record is walked.
 *
 * <p>Demanded of the batch: that it alone fills the payload, magic 2, a valid CRC, a known codec, CreateTime, no
 * other attribute, one record or more and as many as the last offset delta says, a base timestamp between 0 and the max
 * timestamp, which is not after the year 9999, and producer fields that are either all -1 or all 0 or more. Demanded of
 * the records: that they fill the batch to its last byte, attributes 0, the offset deltas 0, 1, 2, ... in order,
 * timestamps from 0 to the max timestamp, which at least one of them has, and header keys in UTF-8. Base offset and
 * leader epoch are the leader's to write and are not looked at.
 */
public final class BatchValidator {

    /**
     * All inclusive.
     *
     * @param maxBatchBytes of the batch as encoded, with its header
     * @param maxRecordBytes of one record as encoded but not compressed, without the length before it
     * @param maxInflatedBytes of all records of a compressed batch once decompressed
     */
    public record Limits(int maxBatchBytes, int maxRecordBytes, long maxInflatedBytes) {}

    // The end of the year 9999. A later time has no place in a google.protobuf.Timestamp: one such record would stop
    // every consumer whose library checks that.
    static final long MAX_TIMESTAMP_MS = 253_402_300_799_999L;

    private BatchValidator() {}

    /** The first defect of the bytes from position to limit; empty if a leader may append them. Moves no position. */
    public static Optional<BatchDefect> validate(ByteBuffer payload, Limits limits) {
        if (payload.remaining() > limits.maxBatchBytes()) {
            return defect(
                    Kind.TOO_LARGE,
                    "a batch of " + payload.remaining() + " bytes where " + limits.maxBatchBytes() + " are allowed");
        }
        try {
            RecordBatch batch = RecordBatch.wrap(payload);
            return crcDefect(batch)
                    .or(() -> attributesDefect(batch))
                    .or(() -> countDefect(batch))
                    .or(() -> baseTimestampDefect(batch))
                    .or(() -> producerDefect(batch))
                    .or(() -> recordsDefect(batch, limits));
        } catch (CorruptBatchException e) {
            return Optional.of(e.defect());
        }
    }

    private static Optional<BatchDefect> crcDefect(RecordBatch batch) {
        return batch.isCrcValid()
                ? Optional.empty()
                : defect(Kind.CRC_MISMATCH, "the batch does not match its checksum");
    }

    private static Optional<BatchDefect> attributesDefect(RecordBatch batch) {
        // What is left but the codec is log append time, transactional, control, delete horizon and the bits without a
        // meaning.
        int others = batch.attributes() & ~BatchLayout.CODEC_MASK;
        return others == 0
                ? Optional.empty()
                : malformed("attributes 0x" + Integer.toHexString(others) + " are not a producer's to set");
    }

    private static Optional<BatchDefect> countDefect(RecordBatch batch) {
        int count = batch.recordCount();
        if (count < 1) {
            return malformed("a record count of " + count);
        }
        return batch.lastOffsetDelta() == count - 1
                ? Optional.empty()
                : malformed(count + " records and a last offset delta of " + batch.lastOffsetDelta());
    }

    private static Optional<BatchDefect> baseTimestampDefect(RecordBatch batch) {
        return batch.baseTimestampMs() >= 0
                ? Optional.empty()
                : malformed("a base timestamp of " + batch.baseTimestampMs() + " ms");
    }

    private static Optional<BatchDefect> producerDefect(RecordBatch batch) {
        long id = batch.producerId();
        short epoch = batch.producerEpoch();
        int sequence = batch.baseSequence();
        boolean isUnset = id == -1 && epoch == -1 && sequence == -1;
        boolean isSet = id >= 0 && epoch >= 0 && sequence >= 0;
        return isUnset || isSet
                ? Optional.empty()
                : malformed("producer id " + id + " with epoch " + epoch + " and base sequence " + sequence);
    }

    private static Optional<BatchDefect> recordsDefect(RecordBatch batch, Limits limits) {
        long maxSeenMs = -1;
        try (RecordReader reader = new RecordReader(batch, limits.maxInflatedBytes(), limits.maxRecordBytes())) {
            for (long offset = batch.baseOffset(); reader.next(); offset++) {
                Record record = reader.record();
                Optional<BatchDefect> defect = recordDefect(batch, record, offset);
                if (defect.isPresent()) {
                    return defect;
                }
                maxSeenMs = Math.max(maxSeenMs, record.timestampMs());
            }
        }
        return maxSeenMs == batch.maxTimestampMs()
                ? Optional.empty()
                : malformed("a max timestamp of " + batch.maxTimestampMs() + " ms where the records' is " + maxSeenMs);
    }

    private static Optional<BatchDefect> recordDefect(RecordBatch batch, Record record, long expectedOffset) {
        if (record.attributes() != 0) {
            return malformed("record attributes of " + record.attributes());
        }
        if (record.offset() != expectedOffset) {
            return malformed("an offset delta of " + (record.offset() - batch.baseOffset()) + " where "
                    + (expectedOffset - batch.baseOffset()) + " is next");
        }
        // The base is not negative, so a sum that overflows is: this finds it too.
        return record.timestampMs() >= 0 && record.timestampMs() <= MAX_TIMESTAMP_MS
                ? Optional.empty()
                : malformed("a timestamp before 1970 or after 9999: " + record.timestampMs() + " ms");
    }

    private static Optional<BatchDefect> malformed(String what) {
        return defect(Kind.MALFORMED, what);
    }

    private static Optional<BatchDefect> defect(Kind kind, String what) {
        return Optional.of(new BatchDefect(kind, what));
    }
}
