package io.millrace.client;

import com.google.protobuf.Duration;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.MethodDescriptor;
import io.millrace.client.CallSpec.LeaderOf;
import io.millrace.proto.v1.Acks;
import io.millrace.proto.v1.AdminServiceGrpc;
import io.millrace.proto.v1.CommitOffsetsRequest;
import io.millrace.proto.v1.CommitOffsetsResponse;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.CreateTopicResponse;
import io.millrace.proto.v1.DeleteGroupRequest;
import io.millrace.proto.v1.DeleteOffsetsRequest;
import io.millrace.proto.v1.DeleteTopicRequest;
import io.millrace.proto.v1.DescribeGroupRequest;
import io.millrace.proto.v1.DescribeGroupResponse;
import io.millrace.proto.v1.DescribeTopicRequest;
import io.millrace.proto.v1.DescribeTopicResponse;
import io.millrace.proto.v1.ElectLeadersRequest;
import io.millrace.proto.v1.ElectLeadersResponse;
import io.millrace.proto.v1.FetchOffsetsRequest;
import io.millrace.proto.v1.FetchOffsetsResponse;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.GetServerInfoRequest;
import io.millrace.proto.v1.GetServerInfoResponse;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.InitProducerRequest;
import io.millrace.proto.v1.InitProducerResponse;
import io.millrace.proto.v1.ListGroupsRequest;
import io.millrace.proto.v1.ListGroupsResponse;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.ListOffsetsResponse;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.OffsetCommit;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceRequest;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.proto.v1.Record;
import io.millrace.proto.v1.RecordList;
import io.millrace.proto.v1.ResetOffsetsRequest;
import io.millrace.proto.v1.ResetOffsetsResponse;
import io.millrace.record.BatchLayout;
import io.millrace.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * A connection to a cluster. Connects when it is first used, to each broker once; safe for threads.
 *
 * <p>Every call fails with {@link MillraceException} and nothing else, within the configured timeout. A call that reads
 * is repeated until it succeeds or the time is over, and so is a produce whose batch names its producer, since brokers
 * store that one once. Another one that writes is repeated only while its failures are DEFINITE, so an INDETERMINATE one
 * reaches the caller, who alone knows whether twice is harmful. A thread that is interrupted in
 * a blocking call gets CANCELLED, with its interrupt flag set.
 */
public final class MillraceClient implements AutoCloseable {
    /** An answer that any broker gives from memory; a broker that is slower hangs, and the next one is asked. */
    private static final long QUICK_ATTEMPT_TIMEOUT_MS = 2_000;

    /**
     * A leader that answers no sooner is taken for one that hangs: others are asked who leads, and the batch is sent again.
     * Longer than a follower that fails may hold up a commit would be better, and would make each hanging leader cost as
     * much; a repeated batch costs little.
     */
    private static final long LEADER_ATTEMPT_TIMEOUT_MS = 1_500;

    /** So that the broker's own word on a commit that takes too long comes before the deadline cuts it off. */
    private static final long ANSWER_MARGIN_MS = 500;

    private final Network network;
    private final long timeoutMs;

    public MillraceClient(ClientConfig config) {
        this(Network.of(config.bootstrap()), config.timeoutMs());
    }

    /** For the calls of a producer or consumer, on its connections. */
    MillraceClient(Network network, long timeoutMs) {
        this.network = network;
        this.timeoutMs = timeoutMs;
    }

    /** A client with default configuration for {@code "host:port,host:port"}. */
    public static MillraceClient of(String bootstrap) {
        return new MillraceClient(ClientConfig.of(bootstrap));
    }

    /**
     * Appends one encoded batch to a partition. After an INDETERMINATE failure it is retried only if it names its producer
     * ({@link RecordBatchBuilder#producer}) and acks are not NONE: then it is stored once however often it is sent.
     *
     * @param batch one record batch from position to limit, not changed until the future is done
     */
    public CompletableFuture<ProduceResponse> produceAsync(String topic, int partition, ByteBuffer batch, Acks acks) {
        boolean isRepeatable = acks != Acks.ACKS_NONE && namesProducer(batch);
        return produceAsync(
                partitionBatch(topic, partition).setBatch(UnsafeByteOperations.unsafeWrap(batch)), acks, isRepeatable);
    }

    private static boolean namesProducer(ByteBuffer batch) {
        return batch.remaining() >= BatchLayout.HEADER_BYTES && batch.slice().getLong(BatchLayout.PRODUCER_ID_AT) >= 0;
    }

    /** A producer id of the caller's own. */
    CompletableFuture<InitProducerResponse> initProducerAsync() {
        InitProducerRequest request = InitProducerRequest.getDefaultInstance();
        return RetryingCall.start(network, read(ProducerServiceGrpc.getInitProducerMethod(), request));
    }

    /** Blocking form of {@link #produceAsync}. */
    public ProduceResponse produce(String topic, int partition, ByteBuffer batch, Acks acks) {
        return Blocking.await(produceAsync(topic, partition, batch, acks));
    }

    /** Appends records, 1 or more, that the broker encodes into one batch. Offsets in them are ignored. */
    public ProduceResponse produce(String topic, int partition, List<Record> records, Acks acks) {
        RecordList list = RecordList.newBuilder().addAllRecords(records).build();
        return Blocking.await(produceAsync(partitionBatch(topic, partition).setRecords(list), acks, false));
    }

    private CompletableFuture<ProduceResponse> produceAsync(
            PartitionBatch.Builder batch, Acks acks, boolean isRepeatable) {
        ProduceRequest request =
                ProduceRequest.newBuilder().setBatch(batch).setAcks(acks).build();
        CallSpec<ProduceRequest, ProduceResponse> spec = new CallSpec<>(
                ProducerServiceGrpc.getProduceMethod(),
                (leaderOnly, attemptMs) -> request.toBuilder()
                        .setCommitTimeout(duration(commitTimeoutMs(attemptMs)))
                        .setLeaderOnly(leaderOnly)
                        .build(),
                isRepeatable,
                new LeaderOf(batch.getTopic(), batch.getPartition()),
                null,
                timeoutMs,
                isRepeatable ? LEADER_ATTEMPT_TIMEOUT_MS : timeoutMs);
        return RetryingCall.start(network, spec).whenComplete((answer, failure) -> {
            if (answer != null) {
                network.routes().onAppended(batch.getTopic(), answer.getPartition(), answer.getLeaderEpoch());
            }
        });
    }

    /**
     * Reads from a partition, starting at the request's offset; {@code leader_only} is set as needed. Its
     * {@code max_wait} comes on top of the client's timeout.
     */
    public CompletableFuture<FetchResponse> fetchAsync(FetchRequest request) {
        long maxWaitMs =
                request.getMaxWait().getSeconds() * 1_000 + request.getMaxWait().getNanos() / 1_000_000;
        CallSpec<FetchRequest, FetchResponse> spec = new CallSpec<>(
                ConsumerServiceGrpc.getFetchMethod(),
                (leaderOnly, attemptMs) ->
                        request.toBuilder().setLeaderOnly(leaderOnly).build(),
                true,
                new LeaderOf(request.getTopic(), request.getPartition()),
                null,
                maxWaitMs + timeoutMs,
                maxWaitMs + LEADER_ATTEMPT_TIMEOUT_MS);
        return RetryingCall.start(network, spec);
    }

    /** Blocking form of {@link #fetchAsync}. */
    public FetchResponse fetch(FetchRequest request) {
        return Blocking.await(fetchAsync(request));
    }

    /** Blocking form of {@link #listOffsetsAsync}. */
    public ListOffsetsResponse listOffsets(ListOffsetsRequest request) {
        return Blocking.await(listOffsetsAsync(request));
    }

    /** Finds the offset of a position; {@code leader_only} is set as needed. */
    public CompletableFuture<ListOffsetsResponse> listOffsetsAsync(ListOffsetsRequest request) {
        CallSpec<ListOffsetsRequest, ListOffsetsResponse> spec = new CallSpec<>(
                ConsumerServiceGrpc.getListOffsetsMethod(),
                (leaderOnly, attemptMs) ->
                        request.toBuilder().setLeaderOnly(leaderOnly).build(),
                true,
                new LeaderOf(request.getTopic(), request.getPartition()),
                null,
                timeoutMs,
                LEADER_ATTEMPT_TIMEOUT_MS);
        return RetryingCall.start(network, spec);
    }

    /** Brokers, and the named topics, or all of them where none is named. */
    public GetMetadataResponse metadata(String... topics) {
        GetMetadataRequest request =
                GetMetadataRequest.newBuilder().addAllTopics(List.of(topics)).build();
        GetMetadataResponse metadata =
                Blocking.await(RetryingCall.start(network, read(MetadataServiceGrpc.getGetMetadataMethod(), request)));
        network.routes().onMetadata(metadata);
        return metadata;
    }

    /** Who answers first, and its limits. */
    public GetServerInfoResponse serverInfo() {
        return Blocking.await(RetryingCall.start(
                network,
                read(MetadataServiceGrpc.getGetServerInfoMethod(), GetServerInfoRequest.getDefaultInstance())));
    }

    public CreateTopicResponse createTopic(CreateTopicRequest request) {
        return Blocking.await(RetryingCall.start(
                network, CallSpec.write(AdminServiceGrpc.getCreateTopicMethod(), request, timeoutMs)));
    }

    /** Deletes the topic whatever its id. */
    public void deleteTopic(String name) {
        DeleteTopicRequest request =
                DeleteTopicRequest.newBuilder().setName(name).build();
        Blocking.await(RetryingCall.start(
                network, CallSpec.write(AdminServiceGrpc.getDeleteTopicMethod(), request, timeoutMs)));
    }

    /**
     * Elects leaders that may lack acknowledged records, where nobody is left who is known to have them all: for a person to
     * decide, after looking at what has become of the brokers.
     *
     * @param partition empty for all of the topic's that need it
     * @throws MillraceException ELECTION_NOT_NEEDED where none does, NO_LIVE_REPLICA where nobody is there to be elected
     */
    public ElectLeadersResponse electUncleanLeaders(String topic, OptionalInt partition) {
        ElectLeadersRequest.Builder request =
                ElectLeadersRequest.newBuilder().setTopic(topic).setUnclean(true);
        partition.ifPresent(request::setPartition);
        return Blocking.await(RetryingCall.start(
                network, CallSpec.write(AdminServiceGrpc.getElectLeadersMethod(), request.build(), timeoutMs)));
    }

    public DescribeTopicResponse describeTopic(String name) {
        DescribeTopicRequest request =
                DescribeTopicRequest.newBuilder().setName(name).build();
        return Blocking.await(RetryingCall.start(network, read(AdminServiceGrpc.getDescribeTopicMethod(), request)));
    }

    /** Blocking form of {@link #commitOffsetsAsync}. */
    public void commitOffsets(String group, List<OffsetCommit> offsets) {
        Blocking.await(commitOffsetsAsync(group, offsets));
    }

    /** Stores offsets for a group, all or none; done after ZooKeeper has them. */
    public CompletableFuture<CommitOffsetsResponse> commitOffsetsAsync(String group, List<OffsetCommit> offsets) {
        CommitOffsetsRequest request = CommitOffsetsRequest.newBuilder()
                .setGroup(group)
                .addAllOffsets(offsets)
                .build();
        return RetryingCall.start(
                network, CallSpec.write(GroupServiceGrpc.getCommitOffsetsMethod(), request, timeoutMs));
    }

    /** All groups, those with members and those with offsets. */
    public ListGroupsResponse listGroups() {
        ListGroupsResponse.Builder all = ListGroupsResponse.newBuilder();
        String token = "";
        do {
            ListGroupsRequest request =
                    ListGroupsRequest.newBuilder().setPageToken(token).build();
            ListGroupsResponse page =
                    Blocking.await(RetryingCall.start(network, read(GroupServiceGrpc.getListGroupsMethod(), request)));
            all.addAllGroups(page.getGroupsList());
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return all.build();
    }

    /** Who is in the group, who reads what, and how far it is. */
    public DescribeGroupResponse describeGroup(String group) {
        DescribeGroupRequest request =
                DescribeGroupRequest.newBuilder().setGroup(group).build();
        return Blocking.await(RetryingCall.start(network, read(GroupServiceGrpc.getDescribeGroupMethod(), request)));
    }

    /** Sets offsets of a group without members, or only says what it would set. */
    public ResetOffsetsResponse resetOffsets(ResetOffsetsRequest request) {
        return Blocking.await(RetryingCall.start(
                network, CallSpec.write(GroupServiceGrpc.getResetOffsetsMethod(), request, timeoutMs)));
    }

    /** Deletes a group without members, its offsets included. */
    public void deleteGroup(String group) {
        DeleteGroupRequest request =
                DeleteGroupRequest.newBuilder().setGroup(group).build();
        Blocking.await(RetryingCall.start(
                network, CallSpec.write(GroupServiceGrpc.getDeleteGroupMethod(), request, timeoutMs)));
    }

    /** Deletes a group's offsets in one topic that no member reads. */
    public void deleteOffsets(String group, String topic) {
        DeleteOffsetsRequest request = DeleteOffsetsRequest.newBuilder()
                .setGroup(group)
                .setTopic(topic)
                .build();
        Blocking.await(RetryingCall.start(
                network, CallSpec.write(GroupServiceGrpc.getDeleteOffsetsMethod(), request, timeoutMs)));
    }

    /** A group's offsets in the named topics, or in all where none is named; partitions without one are left out. */
    public FetchOffsetsResponse fetchOffsets(String group, String... topics) {
        FetchOffsetsRequest request = FetchOffsetsRequest.newBuilder()
                .setGroup(group)
                .addAllTopics(List.of(topics))
                .build();
        return Blocking.await(RetryingCall.start(network, read(GroupServiceGrpc.getFetchOffsetsMethod(), request)));
    }

    /** Calls in flight fail as CANCELLED. */
    @Override
    public void close() {
        network.close();
    }

    private <Q, R> CallSpec<Q, R> read(MethodDescriptor<Q, R> method, Q request) {
        return CallSpec.read(method, request, timeoutMs, QUICK_ATTEMPT_TIMEOUT_MS);
    }

    private static PartitionBatch.Builder partitionBatch(String topic, int partition) {
        return PartitionBatch.newBuilder().setTopic(topic).setPartition(partition);
    }

    private static long commitTimeoutMs(long attemptMs) {
        return Math.max(attemptMs - ANSWER_MARGIN_MS, attemptMs / 2);
    }

    private static Duration duration(long ms) {
        return Duration.newBuilder()
                .setSeconds(ms / 1_000)
                .setNanos((int) (ms % 1_000) * 1_000_000)
                .build();
    }
}
