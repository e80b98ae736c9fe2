package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import io.grpc.ManagedChannel;
import io.millrace.proto.v1.AdminServiceGrpc;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.DeleteTopicRequest;
import io.millrace.proto.v1.DescribeTopicRequest;
import io.millrace.proto.v1.ElectLeadersRequest;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceRequest;
import io.millrace.proto.v1.ProducerSequence;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.proto.v1.Record;
import io.millrace.proto.v1.RecordList;
import io.millrace.proto.v1.TopicConfig;
import io.millrace.record.Codec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a client sends, it hears a typed error, and nobody behind the service hears anything. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {

    private static final int MAX = Integer.MAX_VALUE;
    private static final String INVALID = "INVALID_REQUEST";

    private RpcBroker broker;
    private ManagedChannel channel;

    @BeforeAll
    void start() throws Exception {
        broker = new RpcBroker(1);
        broker.image = Clusters.image(List.of(broker.asImage()), 1);
        channel = broker.client();
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    /** @param field that the error has to name; empty where it is not about a field */
    private record Case(String reason, String field, Consumer<BadInputTest> call) {
        @Override
        public String toString() {
            return reason + " " + field;
        }
    }

    @ParameterizedTest
    @MethodSource({"produces", "fetches", "listings", "admin"})
    void badInputIsAnsweredWithItsReasonAndGoesNoFurther(Case bad) {
        Errors errors = Errors.of(() -> {
            bad.call().accept(this);
            return "a good answer";
        });

        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_" + bad.reason());
        assertThat(errors.detail().getCertainty()).isEqualTo(Certainty.CERTAINTY_DEFINITE);
        if (!bad.field().isEmpty()) {
            assertThat(errors.message()).contains(bad.field() + ": ");
            assertThat(errors.detail(BadRequest.class)
                            .orElseThrow()
                            .getFieldViolations(0)
                            .getField())
                    .isEqualTo(bad.field());
        }
        assertThat(broker.partitions.callCount() + broker.controller.callCount())
                .isZero();
        assertThat(broker.faults).isEmpty();
    }

    static List<Case> produces() {
        return List.of(
                produce(INVALID, "batch.topic", request -> ProduceRequest.getDefaultInstance()),
                produceTo(INVALID, "batch.partition", batch -> batch.setPartition(-1)),
                produceTo("UNKNOWN_TOPIC", "", batch -> batch.setPartition(1)),
                produceTo("UNKNOWN_TOPIC", "", batch -> batch.setPartition(MAX)),
                produceTo("UNKNOWN_TOPIC", "", batch -> batch.setTopic("nowhere")),
                produceTo("TOPIC_ID_CHANGED", "", batch -> batch.setTopicId("another")),
                produceTo(INVALID, "batch.records", PartitionBatch.Builder::clearPayload),
                produceTo(INVALID, "batch.records", batch -> batch.setRecords(RecordList.getDefaultInstance())),
                produceTo(INVALID, "batch.batch", batch -> batch.setBatch(ByteString.EMPTY)),
                produceTo(
                        INVALID,
                        "batch.records.records[1].timestamp",
                        batch -> batch.setRecords(RecordList.newBuilder()
                                .addRecords(Record.getDefaultInstance())
                                .addRecords(at(-1, 0)))),
                produceTo(
                        INVALID,
                        "batch.records.records[0].timestamp",
                        batch -> batch.setRecords(RecordList.newBuilder().addRecords(at(Long.MAX_VALUE, 0)))),
                produceTo(
                        INVALID,
                        "batch.records.records[0].timestamp",
                        batch -> batch.setRecords(RecordList.newBuilder().addRecords(at(1, 1_000_000_000)))),
                produceTo(
                        "RECORD_TOO_LARGE",
                        "",
                        batch -> batch.setRecords(
                                RecordList.newBuilder().addRecords(Requests.record("x".repeat(1 << 20))))),
                produceTo(
                        INVALID,
                        "batch.partition",
                        batch -> batch.clearPartition().setProducer(producer(1, 0, 0))),
                produceTo(INVALID, "batch.producer.producer_id", batch -> batch.setProducer(producer(-1, 0, 0))),
                produceTo(INVALID, "batch.producer.producer_epoch", batch -> batch.setProducer(producer(1, -1, 0))),
                produceTo(INVALID, "batch.producer.producer_epoch", batch -> batch.setProducer(producer(1, 32768, 0))),
                produceTo(INVALID, "batch.producer.base_sequence", batch -> batch.setProducer(producer(1, 0, -1))),
                produceTo(
                        INVALID,
                        "batch.producer",
                        batch -> batch.setBatch(ByteString.copyFrom(Requests.batch(Codec.NONE, "a")))
                                .setProducer(producer(1, 0, 0))),
                produce(
                        INVALID,
                        "acks",
                        request -> request.toBuilder().setAcksValue(4).build()),
                produce(
                        INVALID,
                        "acks",
                        request -> request.toBuilder().setAcksValue(-1).build()),
                produce(INVALID, "commit_timeout", request -> wait(request, -1, 0)),
                produce(INVALID, "commit_timeout", request -> wait(request, 3600, 1)),
                produce(INVALID, "commit_timeout", request -> wait(request, Long.MAX_VALUE, 0)),
                encoded("BAD_RECORD", spoilt(batch -> batch.put(60, (byte) 9))),
                encoded("BAD_RECORD", spoilt(batch -> batch.put(65, (byte) ~batch.get(65)))),
                encoded("BAD_RECORD", spoilt(batch -> batch.put(16, (byte) 1))),
                encoded("BAD_RECORD", spoilt(batch -> batch.putInt(8, MAX))),
                encoded("BAD_RECORD", spoilt(batch -> batch.putInt(8, -1))),
                encoded("BAD_RECORD", spoilt(batch -> batch.limit(batch.limit() - 1))),
                encoded("BAD_RECORD", ByteBuffer.allocate(1)),
                encoded(
                        "BAD_RECORD",
                        Requests.concat(Requests.batch(Codec.NONE, "a"), Requests.batch(Codec.NONE, "b"))),
                encoded("RECORD_TOO_LARGE", Requests.batch(Codec.NONE, "x".repeat(1 << 20))),
                encoded("RECORD_TOO_LARGE", Requests.batch(Codec.GZIP, inflating())),
                encoded("RECORD_TOO_LARGE", Requests.batch(Codec.SNAPPY, inflating())),
                encoded("RECORD_TOO_LARGE", Requests.batch(Codec.LZ4, inflating())),
                encoded("RECORD_TOO_LARGE", Requests.batch(Codec.ZSTD, inflating())),
                encoded("BAD_RECORD", ofCodec(Codec.GZIP.id())),
                encoded("BAD_RECORD", ofCodec(Codec.SNAPPY.id())),
                encoded("BAD_RECORD", ofCodec(Codec.LZ4.id())),
                encoded("BAD_RECORD", ofCodec(Codec.ZSTD.id())),
                encoded("UNSUPPORTED_COMPRESSION", ofCodec(5)),
                encoded("UNSUPPORTED_COMPRESSION", ofCodec(7)));
    }

    private static ProducerSequence producer(long id, int epoch, int baseSequence) {
        return ProducerSequence.newBuilder()
                .setProducerId(id)
                .setProducerEpoch(epoch)
                .setBaseSequence(baseSequence)
                .build();
    }

    static List<Case> fetches() {
        return List.of(
                fetch(INVALID, "topic", request -> request.clearTopic()),
                fetch(INVALID, "partition", request -> request.setPartition(-1)),
                fetch("UNKNOWN_TOPIC", "", request -> request.setPartition(MAX)),
                fetch("TOPIC_ID_CHANGED", "", request -> request.setTopicId("another")),
                fetch(INVALID, "offset", request -> request.setOffset(-1)),
                fetch(INVALID, "offset", request -> request.setOffset(Long.MIN_VALUE)),
                fetch(INVALID, "min_bytes", request -> request.setMinBytes(-1)),
                fetch(INVALID, "max_bytes", request -> request.setMaxBytes(-1)),
                fetch(INVALID, "format", request -> request.setFormatValue(3)),
                fetch(INVALID, "max_wait", request -> request.setMaxWait(seconds(-1, 0))),
                fetch(INVALID, "max_wait", request -> request.setMaxWait(seconds(60, 1))),
                fetch(INVALID, "max_wait", request -> request.setMaxWait(seconds(Long.MAX_VALUE, 0))));
    }

    static List<Case> listings() {
        return List.of(
                list(INVALID, "topic", request -> request.setTopic("a/b")),
                list(INVALID, "partition", request -> request.setPartition(-1)),
                list("UNKNOWN_TOPIC", "", request -> request.setPartition(1)),
                list(INVALID, "position", request -> request.clearPosition()),
                list(
                        INVALID,
                        "time",
                        request -> request.setTime(Timestamp.newBuilder().setSeconds(-1))));
    }

    static List<Case> admin() {
        return List.of(
                create("name", request -> request.clearName()),
                create("partitions", request -> request.setPartitions(0)),
                create("partitions", request -> request.setPartitions(-1)),
                create("partitions", request -> request.setPartitions(1_000_000)),
                create("replication_factor", request -> request.setReplicationFactor(0)),
                create("config.durability", request -> config(request).setDurabilityValue(3)),
                create("config.min_insync_replicas", request -> config(request).setMinInsyncReplicas(0)),
                create("config.segment_bytes", request -> config(request).setSegmentBytes(1023)),
                create("config.segment_bytes", request -> config(request).setSegmentBytes(Long.MAX_VALUE)),
                create(
                        "config.segment_bytes",
                        request -> config(request).setSegmentBytes(1 << 20).setMaxBatchBytes(2 << 20)),
                create("config.max_batch_bytes", request -> config(request).setMaxBatchBytes(0)),
                create("config.max_batch_bytes", request -> config(request).setMaxBatchBytes(MAX)),
                new Case(
                        INVALID,
                        "name",
                        test -> AdminServiceGrpc.newBlockingStub(test.channel)
                                .deleteTopic(DeleteTopicRequest.getDefaultInstance())),
                elect("topic", request -> request.setTopic("../x")),
                elect("partition", request -> request.setPartition(-1)),
                elect("unclean", request -> request.setUnclean(false)),
                new Case(
                        INVALID,
                        "name",
                        test -> AdminServiceGrpc.newBlockingStub(test.channel)
                                .describeTopic(DescribeTopicRequest.newBuilder()
                                        .setName("..")
                                        .build())),
                new Case(
                        "UNKNOWN_TOPIC",
                        "",
                        test -> AdminServiceGrpc.newBlockingStub(test.channel)
                                .describeTopic(DescribeTopicRequest.newBuilder()
                                        .setName("nowhere")
                                        .build())),
                new Case("UNKNOWN_TOPIC", "", test -> test.metadata("orders", "nowhere")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "a/b",
                ".",
                "..",
                "__offsets",
                "a\n",
                "$(id)",
                "${jndi:ldap://x}",
                "%n",
                "\u043erders",
                "a b",
                "*"
            })
    void aNameThatMeansSomethingElsewhereIsRefusedEverywhere(String name) {
        List<Errors> all = List.of(
                Errors.of(() -> producer(Requests.produce(0), batch -> batch.setTopic(name))),
                Errors.of(() ->
                        fetch(Requests.fetch(0, 0).toBuilder().setTopic(name).build())),
                Errors.of(() -> metadata(name)),
                Errors.of(() -> AdminServiceGrpc.newBlockingStub(channel)
                        .createTopic(
                                CreateTopicRequest.newBuilder().setName(name).build())));

        assertThat(all)
                .allSatisfy(errors -> assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_" + INVALID));
        assertThat(broker.partitions.callCount() + broker.controller.callCount())
                .isZero();
    }

    @Test
    void aNameOf250CharactersIsTooLongAndOneOf249IsNot() {
        assertThat(Errors.of(() -> metadata("x".repeat(250))).detail().getReason())
                .hasToString("ERROR_REASON_INVALID_REQUEST");
        assertThat(Errors.of(() -> metadata("x".repeat(249))).detail().getReason())
                .hasToString("ERROR_REASON_UNKNOWN_TOPIC");
    }

    @Test
    void everyWrongFieldIsToldAtOnce() {
        FetchRequest bad =
                FetchRequest.newBuilder().setPartition(-1).setOffset(-1).build();

        assertThat(Errors.of(() -> fetch(bad))
                        .detail(BadRequest.class)
                        .orElseThrow()
                        .getFieldViolationsList())
                .extracting(BadRequest.FieldViolation::getField)
                .containsExactly("topic", "partition", "offset");
    }

    @Test
    void aHundredThousandNamesAreAnsweredInOnePiece() {
        String[] names = IntStream.range(0, 100_000).mapToObj(i -> "no/" + i).toArray(String[]::new);

        assertThat(Errors.of(() -> metadata(names)).message()).hasSizeLessThan(2000);
    }

    private Object metadata(String... names) {
        return MetadataServiceGrpc.newBlockingStub(channel)
                .getMetadata(GetMetadataRequest.newBuilder()
                        .addAllTopics(List.of(names))
                        .build());
    }

    private Object fetch(FetchRequest request) {
        return ConsumerServiceGrpc.newBlockingStub(channel).fetch(request);
    }

    private Object producer(ProduceRequest good, Consumer<PartitionBatch.Builder> spoil) {
        PartitionBatch.Builder batch = good.getBatch().toBuilder();
        spoil.accept(batch);
        return ProducerServiceGrpc.newBlockingStub(channel)
                .produce(good.toBuilder().setBatch(batch).build());
    }

    private static Case produce(String reason, String field, UnaryOperator<ProduceRequest> spoil) {
        return new Case(
                reason,
                field,
                test -> ProducerServiceGrpc.newBlockingStub(test.channel).produce(spoil.apply(Requests.produce(0))));
    }

    private static Case produceTo(String reason, String field, Consumer<PartitionBatch.Builder> spoil) {
        return new Case(reason, field, test -> test.producer(Requests.produce(0), spoil));
    }

    private static Case encoded(String reason, ByteBuffer batch) {
        return produceTo(reason, "", builder -> builder.setBatch(ByteString.copyFrom(batch.duplicate())));
    }

    private static Case fetch(String reason, String field, Consumer<FetchRequest.Builder> spoil) {
        FetchRequest.Builder request = Requests.fetch(0, 0).toBuilder();
        spoil.accept(request);
        return new Case(reason, field, test -> test.fetch(request.build()));
    }

    private static Case list(String reason, String field, Consumer<ListOffsetsRequest.Builder> spoil) {
        ListOffsetsRequest.Builder request = Requests.listOffsets(0).toBuilder();
        spoil.accept(request);
        return new Case(
                reason,
                field,
                test -> ConsumerServiceGrpc.newBlockingStub(test.channel).listOffsets(request.build()));
    }

    private static Case elect(String field, Consumer<ElectLeadersRequest.Builder> spoil) {
        ElectLeadersRequest.Builder request =
                ElectLeadersRequest.newBuilder().setTopic(Clusters.TOPIC).setUnclean(true);
        spoil.accept(request);
        return new Case(
                INVALID,
                field,
                test -> AdminServiceGrpc.newBlockingStub(test.channel).electLeaders(request.build()));
    }

    private static Case create(String field, Consumer<CreateTopicRequest.Builder> spoil) {
        CreateTopicRequest.Builder request = CreateTopicRequest.newBuilder().setName("fresh");
        spoil.accept(request);
        return new Case(
                INVALID,
                field,
                test -> AdminServiceGrpc.newBlockingStub(test.channel).createTopic(request.build()));
    }

    private static TopicConfig.Builder config(CreateTopicRequest.Builder request) {
        return request.getConfigBuilder();
    }

    private static ByteBuffer spoilt(Consumer<ByteBuffer> spoil) {
        ByteBuffer batch = Requests.batch(Codec.NONE, "value");
        spoil.accept(batch);
        return batch;
    }

    /** Plain records that claim to be compressed, under a checksum that is right. */
    private static ByteBuffer ofCodec(int id) {
        return spoilt(batch -> {
            batch.putShort(21, (short) id);
            CRC32C crc = new CRC32C();
            crc.update(batch.duplicate().position(21));
            batch.putInt(17, (int) crc.getValue());
        });
    }

    /** Small when sent, more than a broker unpacks. */
    private static String[] inflating() {
        String value = "x".repeat((1 << 20) - 100);
        return IntStream.range(0, 18).mapToObj(i -> value).toArray(String[]::new);
    }

    private static ProduceRequest wait(ProduceRequest request, long seconds, int nanos) {
        return request.toBuilder().setCommitTimeout(seconds(seconds, nanos)).build();
    }

    private static Record at(long seconds, int nanos) {
        return Record.newBuilder()
                .setTimestamp(Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos))
                .build();
    }

    private static Duration seconds(long seconds, int nanos) {
        return Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
    }
}
