package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.InvariantViolation;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.group.Committer;
import io.millrace.proto.internal.v1.ControllerServiceGrpc;
import io.millrace.proto.internal.v1.ProposeIsrRequest;
import io.millrace.proto.v1.AdminServiceGrpc;
import io.millrace.proto.v1.CommitOffsetsRequest;
import io.millrace.proto.v1.ConfigEntry;
import io.millrace.proto.v1.ConfigSource;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.DescribeTopicRequest;
import io.millrace.proto.v1.DescribeTopicResponse;
import io.millrace.proto.v1.Durability;
import io.millrace.proto.v1.FetchOffsetsRequest;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.GetServerInfoRequest;
import io.millrace.proto.v1.GetServerInfoResponse;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.JoinRequest;
import io.millrace.proto.v1.JoinResponse;
import io.millrace.proto.v1.MemberCommit;
import io.millrace.proto.v1.MemberOpen;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.proto.v1.TopicConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrpcServersTest {

    private RpcBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = new RpcBroker(1);
        broker.image = Clusters.image(List.of(broker.asImage()), 1, -1);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void healthFollowsTheBrokerForEachServiceAndForAll() {
        Channel client = broker.client();
        assertThat(health(client, "")).isEqualTo(ServingStatus.NOT_SERVING);

        broker.servers.serving();

        assertThat(health(client, "")).isEqualTo(ServingStatus.SERVING);
        assertThat(health(client, "millrace.v1.ProducerService")).isEqualTo(ServingStatus.SERVING);
        assertThat(health(broker.internal(), "millrace.internal.v1.ReplicationService"))
                .isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void aBrokerThatDrainsSaysSoBeforeItsCallsHaveEnded() throws Exception {
        broker.servers.serving();
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        HealthGrpc.newStub(broker.client()).watch(HealthCheckRequest.getDefaultInstance(), new StreamObserver<>() {
            @Override
            public void onNext(io.grpc.health.v1.HealthCheckResponse response) {
                if (response.getStatus() == ServingStatus.NOT_SERVING) {
                    told.complete(true);
                }
            }

            @Override
            public void onError(Throwable error) {
                told.complete(false);
            }

            @Override
            public void onCompleted() {
                told.complete(false);
            }
        });
        var open = ProducerServiceGrpc.newFutureStub(broker.client()).produce(Requests.produce(0));
        await().until(() -> broker.partitions.callCount() == 1);

        broker.servers.drain(Duration.ofMillis(300));

        assertThat(told.get(30, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> open.get(30, TimeUnit.SECONDS))
                .hasMessageContaining("UNAVAILABLE: This broker stops and has cut off the call");
        assertThat(health(broker.internal(), "")).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void reflectionListsWhatEachListenerServes() {
        assertThat(services(broker.client()))
                .contains(
                        "millrace.v1.ProducerService",
                        "millrace.v1.ConsumerService",
                        "millrace.v1.GroupService",
                        "millrace.v1.MetadataService",
                        "millrace.v1.AdminService")
                .noneMatch(name -> name.startsWith("millrace.internal"));
        assertThat(services(broker.internal()))
                .contains("millrace.internal.v1.ReplicationService", "millrace.internal.v1.ControllerService");
    }

    @Test
    void channelzAnswers() {
        assertThat(ChannelzGrpc.newBlockingStub(broker.client())
                        .getServers(GetServersRequest.getDefaultInstance())
                        .getServerCount())
                .isPositive();
    }

    @Test
    void internalServicesAreOutOfReachOfClients() {
        assertThatThrownBy(() -> ControllerServiceGrpc.newBlockingStub(broker.client())
                        .proposeIsr(ProposeIsrRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failed -> assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    }

    @Test
    void aBrokerWithoutAnEpochIsNotReady() {
        broker.self = Optional.empty();

        Errors errors = Errors.of(() -> metadata().getMetadata(GetMetadataRequest.getDefaultInstance()));

        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_BROKER_NOT_READY");
    }

    @Test
    void aFaultOfOursIsToldAsInternalAndNoMore() {
        broker.partitions.onOffsetFor = reply -> {
            throw new IllegalStateException("secret detail");
        };

        Errors errors = Errors.of(
                () -> ConsumerServiceGrpc.newBlockingStub(broker.client()).listOffsets(Requests.listOffsets(0)));

        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_INTERNAL");
        assertThat(errors.message()).doesNotContain("secret");
        assertThat(broker.faults).isEmpty();
    }

    @Test
    void aBrokenInvariantGoesToTheFaultHandler() {
        broker.partitions.onOffsetFor = reply -> {
            throw new InvariantViolation("INV-X", "broken");
        };

        Errors.of(() -> ConsumerServiceGrpc.newBlockingStub(broker.client()).listOffsets(Requests.listOffsets(0)));

        assertThat(broker.faults).singleElement().isInstanceOf(InvariantViolation.class);
    }

    @ParameterizedTest
    @EnumSource(ErrorReason.class)
    void everyReasonReachesTheCallerWithItsCode(ErrorReason reason) {
        broker.partitions.onOffsetFor = reply -> reply.accept(Outcome.no(Refusal.definite(reason, "because")));

        Errors errors = Errors.of(
                () -> ConsumerServiceGrpc.newBlockingStub(broker.client()).listOffsets(Requests.listOffsets(0)));

        assertThat(errors.code()).isEqualTo(WireError.of(reason).code());
        assertThat(errors.detail().getReason()).hasToString("ERROR_REASON_" + reason.name());
        assertThat(errors.message()).isEqualTo("because");
    }

    @Test
    void aMessageBeyondTheLimitIsRefusedBeforeItIsRead() {
        String value = "x".repeat(Clusters.LIMITS.maxMessageBytes());

        assertThatThrownBy(() -> ProducerServiceGrpc.newBlockingStub(broker.client())
                        .produce(Requests.produceEncoded(Requests.bytes(value))))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failed -> assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        assertThat(broker.partitions.callCount()).isZero();
    }

    @Test
    void aConnectionHasNoMoreCallsOpenThanAllowed() {
        var stub = ProducerServiceGrpc.newFutureStub(broker.client());
        int limit = Clusters.LIMITS.maxConcurrentCallsPerConnection();
        List<Future<ProduceResponse>> open = new ArrayList<>();
        for (int i = 0; i < limit + 50; i++) {
            open.add(stub.produce(Requests.produce(0)));
        }
        await().until(() -> broker.partitions.callCount() == limit);

        // A second connection has calls of its own, and its answer comes after anything the first one could still send.
        var other = MetadataServiceGrpc.newBlockingStub(broker.client());
        other.getServerInfo(GetServerInfoRequest.getDefaultInstance());

        assertThat(broker.partitions.callCount()).isEqualTo(limit);
        assertThat(open).noneMatch(Future::isDone);
    }

    @Test
    void aPortThatIsTakenIsAnErrorAndLeavesNothingBound() throws Exception {
        IoThreads threads = new IoThreads(1, Thread::new);
        try (PeerChannels peers = new PeerChannels(threads, Clusters.LIMITS)) {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            GrpcServers second = new GrpcServers(
                    broker.context,
                    new RpcPorts(
                            broker.partitions,
                            broker.followers,
                            broker.controller,
                            broker.groups,
                            broker.producerIds,
                            broker.beats,
                            broker.recorded::addAll),
                    peers,
                    threads,
                    new InetSocketAddress(loopback, broker.ports.client()),
                    new InetSocketAddress(loopback, 0));

            assertThatThrownBy(second::start).isInstanceOf(IOException.class);
        } finally {
            threads.close();
        }
    }

    @Test
    void metadataListsEveryPartitionAndTheLeaderlessOnesToo() {
        GetMetadataResponse response = metadata().getMetadata(GetMetadataRequest.getDefaultInstance());

        assertThat(response.getClusterId()).isEqualTo(Clusters.ID);
        assertThat(response.getControllerId()).isEqualTo(1);
        assertThat(response.getBrokers(0).getEndpoint()).isEqualTo(broker.clientEndpoint());
        assertThat(response.getTopics(0).getPartitioner()).isEqualTo("murmur2_v1");
        assertThat(response.getTopics(0).getPartitionsList())
                .extracting(partition -> partition.getLeaderId())
                .containsExactly(1, -1);
    }

    @Test
    void aPartitionOfWhichNothingIsKnownIsListedWithoutALeader() {
        broker.image = Clusters.partlyKnown(broker.asImage(), 3);

        assertThat(metadata()
                        .getMetadata(GetMetadataRequest.getDefaultInstance())
                        .getTopics(0)
                        .getPartitionsList())
                .extracting(partition -> partition.getPartition() + ":" + partition.getLeaderId())
                .containsExactly("0:1", "1:-1", "2:-1");
    }

    @Test
    void serverInfoTellsWhoAnswersAndItsLimits() {
        GetServerInfoResponse info = metadata().getServerInfo(GetServerInfoRequest.getDefaultInstance());

        assertThat(info.getBrokerId()).isEqualTo(1);
        assertThat(info.getBrokerEpoch()).isEqualTo(10);
        assertThat(info.getVersion()).isEqualTo("0.0-test");
        assertThat(info.getCodecsList()).containsExactly("none", "gzip", "snappy", "lz4", "zstd");
        assertThat(info.getLimits().getMaxMessageBytes()).isEqualTo(8 << 20);
        assertThat(info.getLimits().getMaxBatchBytes()).isLessThan(8 << 20);
        assertThat(info.getLimits().getMaxOffsetMetadataBytes()).isEqualTo(512);
    }

    @Test
    void aNewTopicGetsTheDefaultsForWhatItLeavesOpen() {
        broker.controller.onCreate = reply -> reply.accept(Outcome.ok(Clusters.topic(Clusters.CONFIG, 1)));

        AdminServiceGrpc.newBlockingStub(broker.client())
                .createTopic(CreateTopicRequest.newBuilder()
                        .setName("fresh")
                        .setPartitions(7)
                        .setConfig(TopicConfig.newBuilder()
                                .setDurability(Durability.DURABILITY_REPLICATED)
                                .setSegmentBytes(1 << 21))
                        .setValidateOnly(true)
                        .build());

        var asked = broker.controller.created.get(0);
        assertThat(asked.topicId()).isEqualTo(Clusters.TOPIC_ID);
        assertThat(asked.partitions()).hasValue(7);
        assertThat(asked.replicationFactor()).isEmpty();
        assertThat(asked.validateOnly()).isTrue();
        assertThat(asked.config())
                .isEqualTo(new io.millrace.broker.core.TopicConfig(
                        io.millrace.broker.core.Durability.REPLICATED,
                        Clusters.CONFIG.minInsyncReplicas(),
                        1 << 21,
                        Clusters.CONFIG.maxBatchBytes()));
        assertThat(asked.overrides())
                .containsOnly(Map.entry("durability", "replicated"), Map.entry("segmentBytes", "2097152"));
    }

    @Test
    void aTopicsValuesAreToldWithTheirSource() {
        DescribeTopicResponse described = AdminServiceGrpc.newBlockingStub(broker.client())
                .describeTopic(
                        DescribeTopicRequest.newBuilder().setName("orders").build());

        assertThat(described.getConfigList())
                .contains(
                        entry("durability", "fsync", ConfigSource.CONFIG_SOURCE_TOPIC),
                        entry("minInsyncReplicas", "2", ConfigSource.CONFIG_SOURCE_DEFAULT));
        assertThat(described.getSurvives()).contains("1 partition without a leader");
    }

    @Test
    void committedOffsetsArePassedOnBothWays() {
        broker.groups.answer =
                Outcome.ok(List.of(new CommittedOffset("orders", Clusters.TOPIC_ID, 1, 42, -1, "note", 1_500)));
        var groups = GroupServiceGrpc.newBlockingStub(broker.client());

        groups.commitOffsets(CommitOffsetsRequest.newBuilder()
                .setGroup("g")
                .addOffsets(io.millrace.proto.v1.OffsetCommit.newBuilder()
                        .setTopic("orders")
                        .setPartition(1)
                        .setOffset(42)
                        .setMetadata("note"))
                .build());
        var found = groups.fetchOffsets(FetchOffsetsRequest.newBuilder()
                .setGroup("g")
                .addTopics("orders")
                .build());

        assertThat(broker.groups.commits)
                .containsExactly(new FakeGroups.Commit(
                        "g", Committer.NOBODY, List.of(new OffsetCommit("orders", null, 1, 42, -1, "note", false))));
        assertThat(broker.groups.fetches).containsExactly(List.of("orders"));
        assertThat(found.getOffsets(0).getOffset()).isEqualTo(42);
        assertThat(found.getOffsets(0).getCommitTime()).isEqualTo(WireTime.timestamp(1500));
    }

    @Test
    void aMemberWithTooManyCommitsOnTheirWayIsCutOff() {
        broker.groups.isSilent = true;
        StreamCall<JoinRequest, JoinResponse> stream = new StreamCall<>(true);
        var unused = GroupServiceGrpc.newStub(broker.client()).join(stream);
        stream.send(JoinRequest.newBuilder()
                .setOpen(MemberOpen.newBuilder().setGroup("g").setMemberId("m").addTopics("orders"))
                .build());
        for (int i = 1; i <= 9; i++) {
            stream.send(JoinRequest.newBuilder()
                    .setCommit(MemberCommit.newBuilder().setNumber(i).setGeneration(7))
                    .build());
        }

        assertThat(stream.awaitError().detail().getReason())
                .isEqualTo(io.millrace.proto.v1.ErrorReason.ERROR_REASON_LIMIT_EXCEEDED);
        assertThat(broker.groups.commits)
                .hasSize(8)
                .contains(new FakeGroups.Commit("g", new Committer("m", 7, 8), List.of()));
        assertThat(broker.groups.asked).contains("broken");
    }

    private MetadataServiceGrpc.MetadataServiceBlockingStub metadata() {
        return MetadataServiceGrpc.newBlockingStub(broker.client());
    }

    private static ServingStatus health(Channel channel, String service) {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static List<String> services(Channel channel) {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> ask = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable error) {
                        answer.completeExceptionally(error);
                    }

                    @Override
                    public void onCompleted() {}
                });
        ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        List<String> names =
                answer.orTimeout(30, TimeUnit.SECONDS).join().getListServicesResponse().getServiceList().stream()
                        .map(ServiceResponse::getName)
                        .toList();
        ask.onCompleted();
        return names;
    }

    private static ConfigEntry entry(String name, String value, ConfigSource source) {
        return ConfigEntry.newBuilder()
                .setName(name)
                .setValue(value)
                .setSource(source)
                .build();
    }
}
