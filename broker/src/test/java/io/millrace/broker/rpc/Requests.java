package io.millrace.broker.rpc;

import com.google.protobuf.ByteString;
import io.millrace.proto.v1.EarliestPosition;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceRequest;
import io.millrace.proto.v1.Record;
import io.millrace.proto.v1.RecordList;
import io.millrace.record.Codec;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Good requests, to be spoilt by tests. */
final class Requests {

    private Requests() {}

    static ProduceRequest produce(int partition) {
        return ProduceRequest.newBuilder()
                .setBatch(PartitionBatch.newBuilder()
                        .setTopic(Clusters.TOPIC)
                        .setPartition(partition)
                        .setRecords(RecordList.newBuilder().addRecords(record("v"))))
                .build();
    }

    static ProduceRequest produceEncoded(ByteBuffer batch) {
        return ProduceRequest.newBuilder()
                .setBatch(PartitionBatch.newBuilder()
                        .setTopic(Clusters.TOPIC)
                        .setPartition(0)
                        .setBatch(ByteString.copyFrom(batch.duplicate())))
                .build();
    }

    static Record record(String value) {
        return Record.newBuilder().setValue(ByteString.copyFromUtf8(value)).build();
    }

    static FetchRequest fetch(int partition, long offset) {
        return FetchRequest.newBuilder()
                .setTopic(Clusters.TOPIC)
                .setPartition(partition)
                .setOffset(offset)
                .build();
    }

    static ListOffsetsRequest listOffsets(int partition) {
        return ListOffsetsRequest.newBuilder()
                .setTopic(Clusters.TOPIC)
                .setPartition(partition)
                .setEarliest(EarliestPosition.getDefaultInstance())
                .build();
    }

    /** A batch as a producer sends it. */
    static ByteBuffer batch(Codec codec, String... values) {
        RecordBatchBuilder builder = new RecordBatchBuilder(codec);
        for (int i = 0; i < values.length; i++) {
            builder.append(1000 + i, bytes("k" + i), bytes(values[i]), List.of());
        }
        return builder.build();
    }

    /** A batch as a log holds it. */
    static ByteBuffer stored(long baseOffset, Codec codec, String... values) {
        ByteBuffer batch = batch(codec, values);
        RecordBatch.wrap(batch).stamp(baseOffset, Clusters.LEADER_EPOCH);
        return batch;
    }

    static ByteBuffer concat(ByteBuffer... batches) {
        int size = 0;
        for (ByteBuffer batch : batches) {
            size += batch.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (ByteBuffer batch : batches) {
            all.put(batch.duplicate());
        }
        return all.flip().asReadOnlyBuffer();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
