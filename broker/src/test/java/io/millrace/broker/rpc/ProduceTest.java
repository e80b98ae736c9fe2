package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.proto.v1.AppendOutcome;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.Header;
import io.millrace.proto.v1.InitProducerRequest;
import io.millrace.proto.v1.InitProducerResponse;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceRequest;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.proto.v1.ProducerSequence;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.proto.v1.ProducerServiceGrpc.ProducerServiceBlockingStub;
import io.millrace.proto.v1.Record;
import io.millrace.proto.v1.RecordList;
import io.millrace.record.Codec;
import io.millrace.record.Murmur2;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProduceTest {

    private static final Appended COMMITTED =
            new Appended(Appended.Stage.COMMITTED, 42, 3, Clusters.LEADER_EPOCH, 1_234, 2, true);

    private RpcBroker broker;
    private ProducerServiceBlockingStub producer;

    @BeforeEach
    void start() throws Exception {
        broker = new RpcBroker(1);
        broker.image = Clusters.image(List.of(broker.asImage()), 1, 1, 1, 1);
        broker.partitions.onProduce = reply -> reply.accept(Outcome.ok(COMMITTED));
        producer = ProducerServiceGrpc.newBlockingStub(broker.client());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void theAnswerSaysAllThatIsKnown() {
        ProduceResponse response = producer.produce(Requests.produce(2));

        assertThat(response)
                .isEqualTo(ProduceResponse.newBuilder()
                        .setOutcome(AppendOutcome.APPEND_OUTCOME_COMMITTED)
                        .setPartition(2)
                        .setBaseOffset(42)
                        .setRecordCount(3)
                        .setLeaderEpoch(Clusters.LEADER_EPOCH)
                        .setAppendTime(Timestamp.newBuilder().setSeconds(1).setNanos(234_000_000))
                        .setIsrSize(2)
                        .setDurable(true)
                        .setTopicId(Clusters.TOPIC_ID)
                        .build());
    }

    @Test
    void plainRecordsBecomeOneBatchThatKeepsWhatTheyHold() {
        Record full = Record.newBuilder()
                .setKey(ByteString.EMPTY)
                .setValue(ByteString.copyFromUtf8("v"))
                .setTimestamp(Timestamp.newBuilder().setSeconds(7).setNanos(1_999_999))
                .addHeaders(Header.newBuilder().setKey("h").setValue(ByteString.EMPTY))
                .addHeaders(Header.newBuilder().setKey("h"))
                .setOffset(99)
                .build();
        producer.produce(records(full, Record.getDefaultInstance()));

        RecordBatch batch = RecordBatch.wrap(onlyProduced().batch());
        try (RecordReader reader = batch.records(1 << 20)) {
            assertThat(reader.next()).isTrue();
            io.millrace.record.Record first = reader.record();
            assertThat(first.key()).isEqualTo(ByteBuffer.allocate(0));
            assertThat(first.value()).isEqualTo(Requests.bytes("v"));
            assertThat(first.timestampMs()).isEqualTo(7001);
            assertThat(first.headers())
                    .containsExactly(
                            new io.millrace.record.Header("h", ByteBuffer.allocate(0)),
                            new io.millrace.record.Header("h", null));
            assertThat(reader.next()).isTrue();
            io.millrace.record.Record second = reader.record();
            assertThat(second.key()).isNull();
            assertThat(second.value()).isNull();
            assertThat(second.timestampMs()).isEqualTo(RpcBroker.WALL_MS);
            assertThat(reader.next()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEncodedBatchArrivesUnchangedInABufferThatCanBeStamped(Codec codec) {
        ByteBuffer batch = Requests.batch(codec, "a", "b");

        producer.produce(Requests.produceEncoded(batch));

        ByteBuffer arrived = onlyProduced().batch();
        assertThat(arrived).isEqualTo(batch);
        RecordBatch.wrap(arrived).stamp(17, 3);
        assertThat(RecordBatch.wrap(arrived).baseOffset()).isEqualTo(17);
    }

    @Test
    void aProducerIsGivenAnIdToBeginWith() {
        InitProducerResponse response = producer.initProducer(InitProducerRequest.getDefaultInstance());

        assertThat(response.getProducerId()).isEqualTo(4711);
        assertThat(response.getProducerEpoch()).isZero();
    }

    @Test
    void withoutTheCoordinationServiceThereIsNoIdAndNothingHasHappened() {
        broker.producerId = Outcome.no(Refusal.definite(ErrorReason.COORDINATOR_NOT_AVAILABLE, "away"));

        Errors errors = Errors.of(() -> producer.initProducer(InitProducerRequest.getDefaultInstance()));

        assertThat(errors.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(errors.detail().getCertainty()).isEqualTo(Certainty.CERTAINTY_DEFINITE);
    }

    @Test
    void plainRecordsMayNameTheirProducerToo() {
        ProduceRequest request = records(Requests.record("a"), Requests.record("b"));
        producer.produce(request.toBuilder()
                .setBatch(request.getBatch().toBuilder()
                        .setProducer(ProducerSequence.newBuilder()
                                .setProducerId(5)
                                .setProducerEpoch(Short.MAX_VALUE)
                                .setBaseSequence(Integer.MAX_VALUE)))
                .build());

        RecordBatch batch = RecordBatch.wrap(onlyProduced().batch());
        assertThat(batch.producerId()).isEqualTo(5);
        assertThat(batch.producerEpoch()).isEqualTo(Short.MAX_VALUE);
        assertThat(batch.baseSequence()).isEqualTo(Integer.MAX_VALUE);
        assertThat(batch.isCrcValid()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, ALL", "1, NONE", "2, LEADER", "3, ALL"})
    void unsetAcksAreAll(int number, Acks acks) {
        producer.produce(Requests.produce(0).toBuilder().setAcksValue(number).build());

        assertThat(onlyProduced().acks()).isEqualTo(acks);
    }

    @ParameterizedTest
    @CsvSource({
        "COMMITTED, APPEND_OUTCOME_COMMITTED",
        "APPENDED, APPEND_OUTCOME_APPENDED_NOT_COMMITTED",
        "ACCEPTED, APPEND_OUTCOME_NOT_APPENDED"
    })
    void theStageIsToldAsItIs(Appended.Stage stage, AppendOutcome outcome) {
        Appended appended = new Appended(stage, -1, 1, 5, 0, 1, false);
        broker.partitions.onProduce = reply -> reply.accept(Outcome.ok(appended));

        assertThat(producer.produce(Requests.produce(0)).getOutcome()).isEqualTo(outcome);
    }

    @Test
    void aKeyFindsItsPartitionByMurmur2() {
        for (int i = 0; i < 16; i++) {
            Record keyed = Record.newBuilder()
                    .setKey(ByteString.copyFromUtf8("key-" + i))
                    .build();
            int expected = Murmur2.partitionOf(Requests.bytes("key-" + i), 4);

            assertThat(producer.produce(unassigned(records(keyed))).getPartition())
                    .isEqualTo(expected);
        }
    }

    @Test
    void theKeyOfAnEncodedBatchCountsToo() {
        int expected = Murmur2.partitionOf(Requests.bytes("k0"), 4);
        ProduceRequest request = unassigned(Requests.produceEncoded(Requests.batch(Codec.ZSTD, "a")));

        assertThat(producer.produce(request).getPartition()).isEqualTo(expected);
        assertThat(producer.produce(request).getPartition()).isEqualTo(expected);
    }

    @Test
    void batchesWithoutKeysAreSpreadOverPartitionsThatHaveALeader() {
        broker.image = Clusters.image(List.of(broker.asImage()), 1, -1, 1, 1);
        TreeSet<Integer> used = new TreeSet<>();

        for (int i = 0; i < 8; i++) {
            used.add(producer.produce(unassigned(records(Requests.record("v")))).getPartition());
        }

        assertThat(used).containsExactly(0, 2, 3);
    }

    @Test
    void theCommitTimeoutIsThirtySecondsOrWhatIsAskedFor() {
        producer.produce(Requests.produce(0));
        producer.produce(Requests.produce(0).toBuilder()
                .setCommitTimeout(Duration.newBuilder().setNanos(5))
                .build());

        assertThat(broker.partitions.produced)
                .extracting(FakePartitions.Produced::commitTimeoutNs)
                .containsExactly(30_000_000_000L, 5L);
    }

    @Test
    void theCallsDeadlineShortensTheCommitTimeoutAndLeavesTimeForTheAnswer() {
        producer.withDeadlineAfter(10, TimeUnit.SECONDS).produce(Requests.produce(0));

        assertThat(onlyProduced().commitTimeoutNs())
                .isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(9_900))
                .isGreaterThan(TimeUnit.SECONDS.toNanos(5));
    }

    @Test
    void aCommitTimeoutTellsWhereTheBatchIs() {
        broker.partitions.onProduce = reply -> reply.accept(Outcome.no(Refusal.commitTimeout(7)));

        Errors errors = Errors.of(() -> producer.produce(Requests.produce(0)));

        assertThat(errors.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(errors.detail().getAppendedOffset()).isEqualTo(7);
        assertThat(errors.detail().getCertainty()).isEqualTo(Certainty.CERTAINTY_INDETERMINATE);
    }

    @Test
    void anAnswerThatComesAfterTheCallerHasGoneIsDropped() throws Exception {
        CompletableFuture<Consumer<Outcome<Appended>>> late = new CompletableFuture<>();
        broker.partitions.onProduce = late::complete;
        Future<ProduceResponse> call =
                ProducerServiceGrpc.newFutureStub(broker.client()).produce(Requests.produce(0));
        Consumer<Outcome<Appended>> reply = late.get(30, TimeUnit.SECONDS);
        call.cancel(true);

        reply.accept(Outcome.ok(COMMITTED));

        broker.partitions.onProduce = again -> again.accept(Outcome.ok(COMMITTED));
        assertThat(producer.produce(Requests.produce(1)).getPartition()).isEqualTo(1);
        assertThat(broker.faults).isEmpty();
    }

    private FakePartitions.Produced onlyProduced() {
        assertThat(broker.partitions.produced).hasSize(1);
        return broker.partitions.produced.get(0);
    }

    private static ProduceRequest records(Record... records) {
        return ProduceRequest.newBuilder()
                .setBatch(PartitionBatch.newBuilder()
                        .setTopic(Clusters.TOPIC)
                        .setPartition(0)
                        .setRecords(RecordList.newBuilder().addAllRecords(List.of(records))))
                .build();
    }

    private static ProduceRequest unassigned(ProduceRequest request) {
        return request.toBuilder()
                .setBatch(request.getBatch().toBuilder().clearPartition())
                .build();
    }
}
