package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.millrace.proto.v1.AdminServiceGrpc;
import io.millrace.proto.v1.AdminServiceGrpc.AdminServiceBlockingStub;
import io.millrace.proto.v1.CommitOffsetsRequest;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.DeleteTopicRequest;
import io.millrace.proto.v1.ElectLeadersRequest;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchOffsetsRequest;
import io.millrace.proto.v1.FetchStreamOpen;
import io.millrace.proto.v1.FetchStreamRequest;
import io.millrace.proto.v1.FetchStreamResponse;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.OffsetCommit;
import io.millrace.proto.v1.TopicConfig;
import io.millrace.proto.v1.WatchMetadataRequest;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that a whole broker has to look behind its edge for: typed answers, and a log that stays as it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadRequestTest {

    private static final String INVALID = "INVALID_REQUEST";
    private static final int MAX = Integer.MAX_VALUE;

    private WholeBroker broker;
    private ManagedChannel channel;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        broker = new WholeBroker(directory);
        broker.assertTakesARecord();
        channel = broker.client();
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private record Case(String what, String reason, Consumer<ManagedChannel> call) {
        @Override
        public String toString() {
            return what + ": " + reason;
        }
    }

    @ParameterizedTest
    @MethodSource({"reads", "names", "topics", "offsets"})
    void aBadRequestIsAnsweredWithItsReasonAndChangesNothing(Case bad) {
        String before = broker.logDigest();
        try (LogWatch log = new LogWatch()) {
            Errors errors = Errors.of(() -> {
                bad.call().accept(channel);
                return "a good answer";
            });

            assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_" + bad.reason());
            assertThat(errors.message().chars()).noneMatch(Character::isISOControl);
            broker.assertServes(before);
            assertThat(log.lines()).isEmpty();
        }
    }

    static List<Case> reads() {
        return List.of(
                read("behind the end", 1_000_000),
                read("the last offset that there is", Long.MAX_VALUE),
                new Case("a stream behind the end", "OFFSET_OUT_OF_RANGE", channel -> stream(channel, Long.MAX_VALUE)));
    }

    static List<Case> names() {
        List<String> many = Collections.nCopies(1_000_000, "a");
        return List.of(
                new Case(
                        "a million names",
                        INVALID,
                        channel -> MetadataServiceGrpc.newBlockingStub(channel)
                                .getMetadata(GetMetadataRequest.newBuilder()
                                        .addAllTopics(many)
                                        .build())),
                new Case(
                        "a watch of a million names",
                        INVALID,
                        channel -> MetadataServiceGrpc.newBlockingStub(channel)
                                .watchMetadata(WatchMetadataRequest.newBuilder()
                                        .addAllTopics(many)
                                        .build())
                                .next()),
                new Case(
                        "offsets of a million topics",
                        INVALID,
                        channel -> GroupServiceGrpc.newBlockingStub(channel)
                                .fetchOffsets(FetchOffsetsRequest.newBuilder()
                                        .setGroup("g")
                                        .addAllTopics(Collections.nCopies(1_000_000, Clusters.TOPIC))
                                        .build())),
                new Case(
                        "a topic's name with control characters",
                        "UNKNOWN_TOPIC",
                        channel -> commit(channel, "g", offset().setTopic("a\u001b[31m\r\nb"))));
    }

    static List<Case> topics() {
        return List.of(
                admin(
                        "more replicas than brokers",
                        "NOT_ENOUGH_BROKERS",
                        admin -> admin.createTopic(CreateTopicRequest.newBuilder()
                                .setName("fresh")
                                .setReplicationFactor(5)
                                .build())),
                admin(
                        "more in sync than replicas",
                        INVALID,
                        admin -> admin.createTopic(CreateTopicRequest.newBuilder()
                                .setName("fresh")
                                .setReplicationFactor(1)
                                .setConfig(TopicConfig.newBuilder().setMinInsyncReplicas(2))
                                .build())),
                admin(
                        "a topic that exists",
                        "TOPIC_EXISTS",
                        admin -> admin.createTopic(CreateTopicRequest.newBuilder()
                                .setName(Clusters.TOPIC)
                                .build())),
                admin(
                        "a topic that does not exist",
                        "UNKNOWN_TOPIC",
                        admin -> admin.deleteTopic(DeleteTopicRequest.newBuilder()
                                .setName("nowhere")
                                .build())),
                admin(
                        "a leader for a partition that has one",
                        "ELECTION_NOT_NEEDED",
                        admin -> admin.electLeaders(ElectLeadersRequest.newBuilder()
                                .setTopic(Clusters.TOPIC)
                                .setUnclean(true)
                                .build())),
                admin(
                        "a leader for a partition that does not exist",
                        "UNKNOWN_TOPIC",
                        admin -> admin.electLeaders(ElectLeadersRequest.newBuilder()
                                .setTopic(Clusters.TOPIC)
                                .setPartition(MAX)
                                .setUnclean(true)
                                .build())),
                admin(
                        "another topic of that name",
                        "TOPIC_ID_CHANGED",
                        admin -> admin.deleteTopic(DeleteTopicRequest.newBuilder()
                                .setName(Clusters.TOPIC)
                                .setTopicId("x".repeat(1 << 20))
                                .build())));
    }

    static List<Case> offsets() {
        return List.of(
                committed("a group that is a path", INVALID, "../x", offset()),
                committed("no group", INVALID, "", offset()),
                committed("an offset below 0", INVALID, "g", offset().setOffset(-1)),
                committed("an epoch below -1", INVALID, "g", offset().setLeaderEpoch(Integer.MIN_VALUE)),
                committed("a partition below 0", "UNKNOWN_TOPIC", "g", offset().setPartition(-1)),
                committed("the last partition", "UNKNOWN_TOPIC", "g", offset().setPartition(MAX)),
                committed("another topic of that name", "TOPIC_ID_CHANGED", "g", offset().setTopicId("\u001b[31m")),
                committed("a megabyte of metadata", INVALID, "g", offset().setMetadata("x".repeat(1 << 20))),
                committed("a partition twice", INVALID, "g", offset(), offset()),
                new Case("nothing", INVALID, channel -> commit(channel, "g")),
                new Case(
                        "a hundred thousand offsets",
                        INVALID,
                        channel -> commit(
                                channel,
                                "g",
                                Collections.nCopies(100_000, offset()).toArray(OffsetCommit.Builder[]::new))));
    }

    @Test
    void whatIsOnlyToBeCheckedIsNotCreated() {
        var unused = AdminServiceGrpc.newBlockingStub(channel)
                .createTopic(CreateTopicRequest.newBuilder()
                        .setName("checked")
                        .setValidateOnly(true)
                        .build());

        assertThat(MetadataServiceGrpc.newBlockingStub(channel)
                        .getMetadata(GetMetadataRequest.getDefaultInstance())
                        .getTopicsList())
                .extracting(topic -> topic.getName())
                .containsExactly(Clusters.TOPIC);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1})
    void aCallWithoutTimeLeftEndsAndChangesNothing(long deadlineNs) {
        String before = broker.logDigest();

        assertThatThrownBy(() -> ConsumerServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(deadlineNs, TimeUnit.NANOSECONDS)
                        .fetch(Requests.fetch(0, 0)))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        late -> assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        broker.assertServes(before);
    }

    private static Case read(String what, long offset) {
        return new Case(
                what,
                "OFFSET_OUT_OF_RANGE",
                channel -> ConsumerServiceGrpc.newBlockingStub(channel)
                        .fetch(Requests.fetch(0, offset).toBuilder()
                                .setMaxBytes(MAX)
                                .build()));
    }

    private static void stream(ManagedChannel channel, long offset) {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = new StreamCall<>(true);
        var unused = ConsumerServiceGrpc.newStub(channel).fetchStream(stream);
        stream.send(FetchStreamRequest.newBuilder()
                .setOpen(FetchStreamOpen.newBuilder()
                        .setTopic(Clusters.TOPIC)
                        .setOffset(offset)
                        .setMaxBytes(MAX)
                        .setFormat(FetchFormat.FETCH_FORMAT_BATCH))
                .build());
        stream.send(FetchStreamRequest.newBuilder()
                .setCredit(io.millrace.proto.v1.FetchCredit.newBuilder()
                        .setRecords(1)
                        .setBytes(1))
                .build());
        stream.awaitError();
        throw (StatusRuntimeException) java.util.Objects.requireNonNull(stream.error);
    }

    private static Case admin(String what, String reason, Consumer<AdminServiceBlockingStub> call) {
        return new Case(what, reason, channel -> call.accept(AdminServiceGrpc.newBlockingStub(channel)));
    }

    private static Case committed(String what, String reason, String group, OffsetCommit.Builder... offsets) {
        return new Case(what, reason, channel -> commit(channel, group, offsets));
    }

    private static void commit(ManagedChannel channel, String group, OffsetCommit.Builder... offsets) {
        CommitOffsetsRequest.Builder request = CommitOffsetsRequest.newBuilder().setGroup(group);
        List.of(offsets).forEach(request::addOffsets);
        var unused = GroupServiceGrpc.newBlockingStub(channel).commitOffsets(request.build());
    }

    private static OffsetCommit.Builder offset() {
        return OffsetCommit.newBuilder().setTopic(Clusters.TOPIC).setOffset(1);
    }
}
