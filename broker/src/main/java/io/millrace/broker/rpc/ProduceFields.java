package io.millrace.broker.rpc;

import com.google.protobuf.Duration;
import io.millrace.broker.core.Acks;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.Record;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a produce says beside its batch, checked and read.
 *
 * @param commitTimeoutNs how long acks ALL may take
 */
record ProduceFields(Acks acks, long commitTimeoutNs) {

    private static final long DEFAULT_COMMIT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long MAX_COMMIT_TIMEOUT_S = 3600;

    /** What is wrong with these fields, empty for nothing. */
    static Optional<Rejection> check(PartitionBatch batch, int acks, @Nullable Duration commitTimeout) {
        Fields fields = new Fields()
                .topicName("batch.topic", batch.getTopic())
                .require(
                        io.millrace.proto.v1.Acks.forNumber(acks) != null,
                        "acks",
                        acks + " is not one of NONE, LEADER, ALL");
        if (batch.hasPartition()) {
            fields.atLeast(0, "batch.partition", batch.getPartition());
        }
        if (commitTimeout != null) {
            fields.require(
                    WireTime.isBetweenZeroAnd(MAX_COMMIT_TIMEOUT_S, commitTimeout),
                    "commit_timeout",
                    "is not a duration from 0 to " + MAX_COMMIT_TIMEOUT_S + " s");
        }
        checkPayload(batch, fields);
        checkProducer(batch, fields);
        return fields.rejection();
    }

    /** Fields that have been checked. */
    static ProduceFields of(io.millrace.proto.v1.Acks acks, @Nullable Duration commitTimeout) {
        return new ProduceFields(
                acks(acks), commitTimeout == null ? DEFAULT_COMMIT_TIMEOUT_NS : WireTime.nanos(commitTimeout));
    }

    private static void checkProducer(PartitionBatch batch, Fields fields) {
        if (batch.hasProducer()) {
            fields.require(batch.hasRecords(), "batch.producer", "goes with records; an encoded batch names its own")
                    .require(batch.hasPartition(), "batch.partition", "is needed where the producer is named")
                    .atLeast(
                            0, "batch.producer.producer_id", batch.getProducer().getProducerId())
                    .between(
                            0,
                            Short.MAX_VALUE,
                            "batch.producer.producer_epoch",
                            batch.getProducer().getProducerEpoch())
                    .atLeast(
                            0,
                            "batch.producer.base_sequence",
                            batch.getProducer().getBaseSequence());
        }
    }

    private static void checkPayload(PartitionBatch batch, Fields fields) {
        if (batch.hasBatch()) {
            fields.require(!batch.getBatch().isEmpty(), "batch.batch", "is empty");
            return;
        }
        fields.require(batch.getRecords().getRecordsCount() > 0, "batch.records", "has no record");
        int index = 0;
        for (Record record : batch.getRecords().getRecordsList()) {
            // Asked here, so that the text is made for bad ones only.
            if (record.hasTimestamp() && !WireTime.isValid(record.getTimestamp())) {
                fields.require(
                        false, "batch.records.records[" + index + "].timestamp", "is not a time from 1970 to 9999");
            }
            index++;
        }
    }

    private static Acks acks(io.millrace.proto.v1.Acks acks) {
        return switch (acks) {
            case ACKS_NONE -> Acks.NONE;
            case ACKS_LEADER -> Acks.LEADER;
            case ACKS_UNSPECIFIED, ACKS_ALL -> Acks.ALL;
            case UNRECOGNIZED -> throw new IllegalArgumentException("acks were to be checked before");
        };
    }
}
