package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.PartitionStates;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.controller.UncleanLeaders;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.proto.v1.AdminServiceGrpc;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.DeleteTopicRequest;
import io.millrace.proto.v1.ElectLeadersRequest;
import io.millrace.proto.v1.ElectLeadersResponse;
import io.millrace.proto.v1.ElectedLeader;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.ProduceRequest;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.record.Codec;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client speaks to {@code asked}; {@code leader} leads partition 0 and is the controller. */
class ForwardingTest {

    private static final Metadata.Key<String> FORWARDED_BY =
            Metadata.Key.of("millrace-forwarded-by", Metadata.ASCII_STRING_MARSHALLER);

    private RpcBroker leader;
    private RpcBroker asked;

    @BeforeEach
    void start() throws Exception {
        leader = new RpcBroker(1);
        asked = new RpcBroker(2);
        leader.image = Clusters.image(List.of(leader.asImage(), asked.asImage()), 1, 2, -1);
        asked.image = leader.image;
        leader.partitions.onProduce = reply -> reply.accept(Outcome.ok(appended(11)));
        asked.partitions.onProduce = reply -> reply.accept(Outcome.ok(appended(22)));
    }

    @AfterEach
    void stop() {
        asked.close();
        leader.close();
    }

    @Test
    void aCallReachesTheLeaderAndItsAnswerComesBack() {
        ProduceResponse response = produce(asked.client(), Requests.produce(0));

        assertThat(response.getBaseOffset()).isEqualTo(11);
        assertThat(asked.partitions.callCount()).isZero();
    }

    @Test
    void aCallForAPartitionThatIsLedHereStaysHere() {
        assertThat(produce(asked.client(), Requests.produce(1)).getBaseOffset()).isEqualTo(22);
        assertThat(leader.partitions.callCount()).isZero();
    }

    @Test
    void largeAnswersComeBackWhole() {
        String value = "x".repeat(900_000);
        leader.partitions.onFetch = reply -> reply.accept(Outcome.ok(
                new Fetched(Requests.concat(Requests.stored(0, Codec.NONE, value, value, value)), 3, 3, 0, 5)));

        FetchResponse response = ConsumerServiceGrpc.newBlockingStub(asked.client())
                .fetch(Requests.fetch(0, 0).toBuilder().setMaxBytes(4 << 20).build());

        assertThat(response.getRecordsCount()).isEqualTo(3);
        assertThat(response.getRecords(2).getValue().size()).isEqualTo(900_000);
    }

    @Test
    void whoAsksForTheLeaderOnlyGetsAHintWithItsEndpointForClients() {
        Errors errors = Errors.of(() -> produce(
                asked.client(),
                Requests.produce(0).toBuilder().setLeaderOnly(true).build()));

        assertThat(errors.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(errors.detail().getLeader().getBrokerId()).isEqualTo(1);
        assertThat(errors.detail().getLeader().getEndpoint()).isEqualTo(leader.clientEndpoint());
        assertThat(errors.detail().getLeader().getLeaderEpoch()).isEqualTo(Clusters.LEADER_EPOCH);
        assertThat(leader.partitions.callCount()).isZero();
    }

    @Test
    void aPartitionWithoutALeaderIsUnavailable() {
        assertThat(Errors.of(() -> produce(asked.client(), Requests.produce(2)))
                        .detail()
                        .getReason())
                .hasToString("ERROR_REASON_LEADER_NOT_AVAILABLE");
    }

    @Test
    void anotherIncarnationThanTheElectedOneIsNotAsked() {
        BrokerImage restarted =
                new BrokerImage(new BrokerIncarnation(1, 11), leader.asImage().endpoints(), null);
        asked.image = Clusters.image(List.of(restarted, asked.asImage()), 1);

        assertThat(Errors.of(() -> produce(asked.client(), Requests.produce(0)))
                        .detail()
                        .getReason())
                .hasToString("ERROR_REASON_LEADER_NOT_AVAILABLE");
        assertThat(leader.partitions.callCount()).isZero();
    }

    @Test
    void aForwardedCallIsNeverForwardedAgain() {
        // The leader has heard that the other one leads, which has not: without the rule they would play ball.
        leader.image = Clusters.image(List.of(leader.asImage(), asked.asImage()), 2);

        Errors errors = Errors.of(() -> produce(asked.client(), Requests.produce(0)));

        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_NOT_LEADER");
        assertThat(errors.detail().getLeader().getBrokerId()).isEqualTo(2);
        assertThat(errors.detail().getLeader().getEndpoint()).isEqualTo(asked.clientEndpoint());
        assertThat(asked.partitions.callCount() + leader.partitions.callCount()).isZero();
    }

    @Test
    void theHeaderIsRefusedOnTheClientListener() {
        Errors errors = Errors.of(() -> produce(withHeader(leader.client(), "2"), Requests.produce(0)));

        assertThat(errors.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(errors.message()).contains("millrace-forwarded-by");
        assertThat(leader.partitions.callCount()).isZero();
    }

    @Test
    void aPublicCallWithoutTheHeaderIsRefusedOnTheInternalListener() {
        Errors errors = Errors.of(() -> MetadataServiceGrpc.newBlockingStub(leader.internal())
                .getMetadata(GetMetadataRequest.getDefaultInstance()));

        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_INVALID_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "x", "12345678", "2,2"})
    void aHeaderThatNamesNoBrokerIsRefused(String header) {
        assertThat(Errors.of(() -> produce(withHeader(leader.internal(), header), Requests.produce(0)))
                        .detail()
                        .getReason())
                .hasToString("ERROR_REASON_INVALID_REQUEST");
    }

    @Test
    void theRemainingDeadlineGoesAlong() {
        ProducerServiceGrpc.newBlockingStub(asked.client())
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .produce(Requests.produce(0));

        assertThat(leader.partitions.produced.get(0).commitTimeoutNs())
                .isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(4900))
                .isGreaterThan(TimeUnit.SECONDS.toNanos(2));
    }

    @Test
    void aCallThatIsCancelledIsCancelledAtTheLeaderToo() {
        Future<FetchResponse> call =
                ConsumerServiceGrpc.newFutureStub(asked.client()).fetch(Requests.fetch(0, 0));
        await().until(() -> leader.partitions.fetches.size() == 1);

        call.cancel(true);

        await().untilAsserted(() -> assertThat(leader.partitions.givenUp).hasValue(1));
    }

    @Test
    void theLeadersErrorIsPassedOnWithItsDetails() {
        leader.partitions.onProduce = reply -> reply.accept(Outcome.no(Refusal.commitTimeout(77)));

        Errors errors = Errors.of(() -> produce(asked.client(), Requests.produce(0)));

        assertThat(errors.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(errors.detail().getAppendedOffset()).isEqualTo(77);
        assertThat(errors.detail().getCertainty()).isEqualTo(Certainty.CERTAINTY_INDETERMINATE);
    }

    @Test
    void aLeaderThatCannotBeReachedIsADefiniteFailure() {
        leader.servers.close();

        Errors errors = Errors.of(() -> produce(asked.client(), Requests.produce(0)));

        assertThat(errors.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_FORWARDING_FAILED");
        assertThat(errors.detail().getCertainty()).isEqualTo(Certainty.CERTAINTY_DEFINITE);
    }

    @Test
    void aLeaderThatCameBackIsReachedAtOnce() throws Exception {
        leader.servers.close();
        Errors.of(() -> produce(asked.client(), Requests.produce(0)));
        try (RpcBroker successor = new RpcBroker(1)) {
            successor.partitions.onProduce = reply -> reply.accept(Outcome.ok(appended(33)));
            successor.image = Clusters.image(List.of(successor.asImage(), asked.asImage()), 1);
            asked.image = successor.image;

            assertThat(produce(asked.client(), Requests.produce(0)).getBaseOffset())
                    .isEqualTo(33);
        }
    }

    @Test
    void aWriteWhoseAnswerIsLostIsIndeterminate() {
        leader.partitions.onProduce = reply -> leader.kill();

        Errors errors = Errors.of(() -> produce(asked.client(), Requests.produce(0)));

        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_FORWARDING_FAILED");
        assertThat(errors.detail().getCertainty()).isEqualTo(Certainty.CERTAINTY_INDETERMINATE);
    }

    @Test
    void aReadWhoseAnswerIsLostHasChangedNothing() {
        leader.partitions.onOffsetFor = reply -> leader.kill();

        Errors errors = Errors.of(
                () -> ConsumerServiceGrpc.newBlockingStub(asked.client()).listOffsets(Requests.listOffsets(0)));

        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_FORWARDING_FAILED");
        assertThat(errors.detail().getCertainty()).isEqualTo(Certainty.CERTAINTY_DEFINITE);
    }

    @Test
    void aLeaderThatStopsOverACallSaysSoItself() {
        leader.partitions.onProduce = reply -> new Thread(leader.servers::close).start();

        Errors errors = Errors.of(() -> produce(asked.client(), Requests.produce(0)));

        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_BROKER_NOT_READY");
        assertThat(errors.detail().getCertainty()).isEqualTo(Certainty.CERTAINTY_INDETERMINATE);
    }

    @Test
    void theBrokerThatIsAskedPicksThePartition() {
        ProduceRequest request = Requests.produce(0);
        request = request.toBuilder()
                .setBatch(request.getBatch().toBuilder().clearPartition())
                .build();

        // Round robin over the partitions that have a leader: 0 is led there, 1 here.
        List<Long> offsets = List.of(
                produce(asked.client(), request).getBaseOffset(),
                produce(asked.client(), request).getBaseOffset());

        assertThat(offsets).containsExactlyInAnyOrder(11L, 22L);
        assertThat(leader.partitions.produced.get(0).partition()).isEqualTo(Clusters.partition(0));
    }

    @Test
    void topicsAreCreatedByTheController() {
        leader.controller.onCreate = reply -> reply.accept(Outcome.ok(Clusters.topic(Clusters.CONFIG, 1, 2)));

        var response = AdminServiceGrpc.newBlockingStub(asked.client())
                .createTopic(CreateTopicRequest.newBuilder().setName("fresh").build());

        assertThat(response.getPartitions()).isEqualTo(2);
        assertThat(leader.controller.created).hasSize(1);
        assertThat(asked.controller.callCount()).isZero();
    }

    @Test
    void leadersAreElectedByTheController() {
        PartitionState led = PartitionStates.of(2, 20, 6, 9, List.of(2), List.of(1, 2));
        leader.controller.onElect = reply ->
                reply.accept(Outcome.ok(new UncleanLeaders(new TreeMap<>(Map.of(3, led)), new TreeSet<>(List.of(4)))));

        ElectLeadersResponse response = AdminServiceGrpc.newBlockingStub(asked.client())
                .electLeaders(ElectLeadersRequest.newBuilder()
                        .setTopic("orders")
                        .setPartition(3)
                        .setUnclean(true)
                        .build());

        assertThat(response.getElectedList())
                .containsExactly(ElectedLeader.newBuilder()
                        .setPartition(3)
                        .setBrokerId(2)
                        .setLeaderEpoch(6)
                        .build());
        assertThat(response.getWithoutLiveReplicaList()).containsExactly(4);
        assertThat(leader.controller.elections)
                .containsExactly(new FakeController.Election("orders", null, OptionalInt.of(3)));
        assertThat(asked.controller.callCount()).isZero();
    }

    @Test
    void aRefusedElectionIsDefiniteForWhoeverAskedAnotherBroker() {
        leader.controller.onElect =
                reply -> reply.accept(Outcome.no(Refusal.definite(ErrorReason.ELECTION_NOT_NEEDED, "it is led")));

        Errors errors = Errors.of(() -> AdminServiceGrpc.newBlockingStub(asked.client())
                .electLeaders(ElectLeadersRequest.newBuilder()
                        .setTopic("orders")
                        .setUnclean(true)
                        .build()));

        assertThat(errors.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_ELECTION_NOT_NEEDED");
        assertThat(errors.detail().getCertainty()).isEqualTo(Certainty.CERTAINTY_DEFINITE);
    }

    @Test
    void aForwardedCreationIsAnsweredByWhomeverItReaches() {
        leader.image = Clusters.image(List.of(asked.asImage(), leader.asImage()), 1);
        leader.controller.onDelete = reply -> reply.accept(
                Outcome.no(Refusal.definite(ErrorReason.CONTROLLER_NOT_AVAILABLE, "not the controller any more")));

        Errors errors = Errors.of(() -> AdminServiceGrpc.newBlockingStub(asked.client())
                .deleteTopic(DeleteTopicRequest.newBuilder().setName("orders").build()));

        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_CONTROLLER_NOT_AVAILABLE");
        assertThat(asked.controller.callCount()).isZero();
    }

    private static ProduceResponse produce(Channel channel, ProduceRequest request) {
        return ProducerServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .produce(request);
    }

    private static Channel withHeader(Channel channel, String value) {
        Metadata headers = new Metadata();
        headers.put(FORWARDED_BY, value);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static Appended appended(long offset) {
        return new Appended(Appended.Stage.COMMITTED, offset, 1, Clusters.LEADER_EPOCH, 0, 1, true);
    }
}
