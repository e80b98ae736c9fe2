package io.millrace.client;

import com.google.protobuf.ByteString;
import io.millrace.proto.v1.Broker;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.LeaderHint;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.Topic;
import io.millrace.record.Record;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brokers over real gRPC streams that share one set of logs in memory: whoever leads a partition appends to its log, which
 * recognises batches that it has. Everything is committed at once.
 */
final class StreamCluster implements AutoCloseable {
    static final String TOPIC = "orders";

    private static final class Log {
        final List<RecordBatch> batches = new ArrayList<>();
        int leader;
        int leaderEpoch = 1;
    }

    private final List<Log> logs = new ArrayList<>();
    private final List<StreamBroker> brokers = new ArrayList<>();
    final StreamGroup group;

    StreamCluster(int brokerCount, int partitions) {
        for (int i = 0; i < partitions; i++) {
            logs.add(new Log());
        }
        group = new StreamGroup(this, partitions);
        for (int i = 0; i < brokerCount; i++) {
            brokers.add(new StreamBroker(this, i));
        }
    }

    StreamBroker broker(int id) {
        return brokers.get(id);
    }

    String bootstrap() {
        List<String> endpoints = new ArrayList<>();
        brokers.forEach(broker -> endpoints.add(broker.endpoint()));
        return String.join(",", endpoints);
    }

    synchronized GetMetadataResponse metadata() {
        GetMetadataResponse.Builder metadata = GetMetadataResponse.newBuilder();
        for (int i = 0; i < brokers.size(); i++) {
            metadata.addBrokers(
                    Broker.newBuilder().setId(i).setEndpoint(brokers.get(i).endpoint()));
        }
        Topic.Builder topic = Topic.newBuilder().setName(TOPIC).setTopicId("t1");
        for (int i = 0; i < logs.size(); i++) {
            topic.addPartitions(Partition.newBuilder()
                    .setPartition(i)
                    .setLeaderId(logs.get(i).leader)
                    .setLeaderEpoch(logs.get(i).leaderEpoch));
        }
        return metadata.addTopics(topic).build();
    }

    /** From the next call on. */
    void down(boolean isDown) {
        brokers.forEach(broker -> broker.isDown = isDown);
    }

    /** Another broker leads, or none; who watches is told only by {@link #push}. */
    synchronized void lead(int partition, int broker) {
        logs.get(partition).leader = broker;
        logs.get(partition).leaderEpoch++;
    }

    void push() {
        GetMetadataResponse now = metadata();
        brokers.forEach(broker -> broker.push(now));
    }

    synchronized boolean isLeader(int partition, int broker) {
        return logs.get(partition).leader == broker;
    }

    synchronized LeaderHint hint(int partition) {
        Log log = logs.get(partition);
        return LeaderHint.newBuilder()
                .setBrokerId(log.leader)
                .setEndpoint(log.leader < 0 ? "" : brokers.get(log.leader).endpoint())
                .setLeaderEpoch(log.leaderEpoch)
                .build();
    }

    /** The first offset of the batch in the log; negative where its sequence is not the one that comes next. */
    synchronized long append(int partition, ByteString bytes) {
        Log log = logs.get(partition);
        ByteBuffer copy = ByteBuffer.wrap(bytes.toByteArray());
        RecordBatch batch = RecordBatch.wrap(copy);
        RecordBatch last = null;
        for (RecordBatch known : log.batches) {
            if (batch.producerId() >= 0 && known.producerId() == batch.producerId()) {
                if (known.producerEpoch() == batch.producerEpoch() && known.baseSequence() == batch.baseSequence()) {
                    return known.baseOffset();
                }
                last = known;
            }
        }
        int expected = last == null || last.producerEpoch() != batch.producerEpoch()
                ? 0
                : last.baseSequence() + last.recordCount();
        if (batch.producerId() >= 0 && batch.baseSequence() != expected) {
            return -1;
        }
        batch.stamp(endOffset(partition), log.leaderEpoch);
        log.batches.add(batch);
        brokers.forEach(StreamBroker::onAppended);
        return batch.baseOffset();
    }

    /** Puts in a batch as it is, checksum and all. */
    synchronized void plant(int partition, RecordBatch batch) {
        batch.stamp(endOffset(partition), logs.get(partition).leaderEpoch);
        logs.get(partition).batches.add(batch);
        brokers.forEach(StreamBroker::onAppended);
    }

    synchronized long endOffset(int partition) {
        List<RecordBatch> batches = logs.get(partition).batches;
        return batches.isEmpty() ? 0 : batches.get(batches.size() - 1).nextOffset();
    }

    /** The batch that has the offset; null where that is the end. */
    synchronized @Nullable RecordBatch at(int partition, long offset) {
        for (RecordBatch batch : logs.get(partition).batches) {
            if (batch.nextOffset() > offset) {
                return batch;
            }
        }
        return null;
    }

    synchronized List<RecordBatch> batches(int partition) {
        return List.copyOf(logs.get(partition).batches);
    }

    List<Record> records(int partition) {
        List<Record> records = new ArrayList<>();
        for (RecordBatch batch : batches(partition)) {
            try (RecordReader reader = batch.records(1 << 20)) {
                while (reader.next()) {
                    records.add(reader.record());
                }
            }
        }
        return records;
    }

    List<String> values(int partition) {
        return records(partition).stream().map(record -> text(record.value())).toList();
    }

    static String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes).toString();
    }

    static ErrorDetail definite(ErrorReason reason) {
        return ErrorDetail.newBuilder()
                .setReason(reason)
                .setCertainty(Certainty.CERTAINTY_DEFINITE)
                .build();
    }

    @Override
    public void close() {
        group.close();
        brokers.forEach(StreamBroker::close);
    }
}
