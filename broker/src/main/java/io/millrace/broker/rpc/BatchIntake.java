package io.millrace.broker.rpc;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.runtime.Clock;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProducerSequence;
import io.millrace.proto.v1.Record;
import io.millrace.record.BatchDefect;
import io.millrace.record.BatchValidator;
import io.millrace.record.Codec;
import io.millrace.record.CorruptBatchException;
import io.millrace.record.Header;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordBatchBuilder;
import io.millrace.record.RecordReader;
import io.millrace.wire.WireBytes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns what a producer sends into an encoded batch that a leader may append. */
final class BatchIntake {

    // Its length, its attributes, two deltas, and that there is neither key nor value nor header.
    private static final int MIN_RECORD_BYTES = 7;

    private final RpcLimits limits;
    private final Clock clock;

    BatchIntake(RpcLimits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * The batch in a writable buffer of its own, which is a part of the message: that is given away. The fields of {@code
     * batch} have been checked.
     */
    Outcome<ByteBuffer> batch(PartitionBatch batch, TopicConfig config) {
        if (isSurelyTooLarge(batch, config.maxBatchBytes())) {
            return Outcome.no(Refusal.definite(
                    ErrorReason.RECORD_TOO_LARGE,
                    "The batch is refused: with its records it would have more than the " + config.maxBatchBytes()
                            + " bytes that are allowed"));
        }
        ByteBuffer encoded = batch.hasBatch() ? WireBytes.owned(batch.getBatch()) : encode(batch);
        return BatchValidator.validate(encoded, limits(config))
                .map(defect -> Outcome.<ByteBuffer>no(refusal(defect)))
                .orElseGet(() -> Outcome.ok(encoded));
    }

    /** Looked at before anything is copied: four million empty records fit into one message. */
    private static boolean isSurelyTooLarge(PartitionBatch batch, int maxBatchBytes) {
        return batch.hasBatch()
                ? batch.getBatch().size() > maxBatchBytes
                : (long) batch.getRecords().getRecordsCount() * MIN_RECORD_BYTES > maxBatchBytes;
    }

    /**
     * The key of the first record, empty where it has none. A batch that cannot be read has none either: its leader tells
     * what is wrong with it.
     */
    Optional<ByteBuffer> firstKey(PartitionBatch batch) {
        if (!batch.hasBatch()) {
            Record first = batch.getRecords().getRecords(0);
            return first.hasKey() ? Optional.of(first.getKey().asReadOnlyByteBuffer()) : Optional.empty();
        }
        try (RecordReader reader =
                RecordBatch.wrap(batch.getBatch().asReadOnlyByteBuffer()).records(limits.maxInflatedBytes())) {
            return reader.next() ? Optional.ofNullable(reader.record().key()) : Optional.empty();
        } catch (CorruptBatchException unreadable) {
            return Optional.empty();
        }
    }

    private BatchValidator.Limits limits(TopicConfig config) {
        return new BatchValidator.Limits(config.maxBatchBytes(), limits.maxRecordBytes(), limits.maxInflatedBytes());
    }

    private ByteBuffer encode(PartitionBatch batch) {
        long nowMs = clock.wallMillis();
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE);
        for (Record record : batch.getRecords().getRecordsList()) {
            builder.append(
                    record.hasTimestamp() ? WireTime.millisRoundedDown(record.getTimestamp()) : nowMs,
                    record.hasKey() ? record.getKey().asReadOnlyByteBuffer() : null,
                    record.hasValue() ? record.getValue().asReadOnlyByteBuffer() : null,
                    headers(record));
        }
        if (batch.hasProducer()) {
            ProducerSequence producer = batch.getProducer();
            builder.producer(producer.getProducerId(), (short) producer.getProducerEpoch(), producer.getBaseSequence());
        }
        return builder.build();
    }

    private static List<Header> headers(Record record) {
        return record.getHeadersList().stream()
                .map(header -> new Header(header.getKey(), value(header)))
                .toList();
    }

    private static @Nullable ByteBuffer value(io.millrace.proto.v1.Header header) {
        return header.hasValue() ? header.getValue().asReadOnlyByteBuffer() : null;
    }

    private static Refusal refusal(BatchDefect defect) {
        ErrorReason reason = switch (defect.kind()) {
            case MALFORMED, CRC_MISMATCH -> ErrorReason.BAD_RECORD;
            case TOO_LARGE -> ErrorReason.RECORD_TOO_LARGE;
            case UNSUPPORTED_CODEC -> ErrorReason.UNSUPPORTED_COMPRESSION;
        };
        return Refusal.definite(reason, "The batch is refused: " + defect.what());
    }
}
