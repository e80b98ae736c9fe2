package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.controller.ControllerRequests.NewTopic;
import io.millrace.broker.core.Survival;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.UncleanLeaders;
import io.millrace.broker.rpc.Forwarder.Effect;
import io.millrace.proto.v1.AdminServiceGrpc;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.CreateTopicResponse;
import io.millrace.proto.v1.DeleteTopicRequest;
import io.millrace.proto.v1.DeleteTopicResponse;
import io.millrace.proto.v1.DescribeTopicRequest;
import io.millrace.proto.v1.DescribeTopicResponse;
import io.millrace.proto.v1.Durability;
import io.millrace.proto.v1.ElectLeadersRequest;
import io.millrace.proto.v1.ElectLeadersResponse;
import io.millrace.proto.v1.TopicConfig;
import java.util.Optional;
import java.util.OptionalInt;

/** Administers topics. */
final class AdminGrpcService extends AdminServiceGrpc.AdminServiceImplBase {

    static final int MAX_PARTITIONS = 10_000;

    private static final int MIN_BATCH_BYTES = 1024;
    private static final int MAX_REPLICAS = 1000;

    private final RpcContext context;
    private final ControllerRequests controller;
    private final ControllerCalls calls;
    private final PartitionCalls topics;
    private final ErrorMapping errors;

    AdminGrpcService(
            RpcContext context,
            ControllerRequests controller,
            ControllerCalls calls,
            PartitionCalls topics,
            ErrorMapping errors) {
        this.context = context;
        this.controller = controller;
        this.calls = calls;
        this.topics = topics;
        this.errors = errors;
    }

    @Override
    public void createTopic(CreateTopicRequest request, StreamObserver<CreateTopicResponse> observer) {
        Reply<CreateTopicResponse> reply = new Reply<>(observer, errors);
        Optional<Rejection> rejection = check(request);
        if (rejection.isPresent()) {
            reply.refuse(rejection.get());
            return;
        }
        calls.dispatch(
                AdminServiceGrpc.getCreateTopicMethod(),
                request,
                request.getValidateOnly() ? Effect.READ : Effect.WRITE,
                reply,
                () -> controller.createTopic(
                        newTopic(request), outcome -> reply.answer(outcome, AdminGrpcService::created)));
    }

    @Override
    public void deleteTopic(DeleteTopicRequest request, StreamObserver<DeleteTopicResponse> observer) {
        Reply<DeleteTopicResponse> reply = new Reply<>(observer, errors);
        Optional<Rejection> rejection =
                new Fields().topicName("name", request.getName()).rejection();
        if (rejection.isPresent()) {
            reply.refuse(rejection.get());
            return;
        }
        String topicId = request.getTopicId().isEmpty() ? null : request.getTopicId();
        calls.dispatch(
                AdminServiceGrpc.getDeleteTopicMethod(),
                request,
                Effect.WRITE,
                reply,
                () -> controller.deleteTopic(
                        request.getName(),
                        topicId,
                        outcome -> reply.answer(outcome, deleted -> DeleteTopicResponse.getDefaultInstance())));
    }

    @Override
    public void electLeaders(ElectLeadersRequest request, StreamObserver<ElectLeadersResponse> observer) {
        Reply<ElectLeadersResponse> reply = new Reply<>(observer, errors);
        Optional<Rejection> rejection = check(request);
        if (rejection.isPresent()) {
            reply.refuse(rejection.get());
            return;
        }
        String topicId = request.getTopicId().isEmpty() ? null : request.getTopicId();
        calls.dispatch(
                AdminServiceGrpc.getElectLeadersMethod(),
                request,
                Effect.WRITE,
                reply,
                () -> controller.electUnclean(
                        request.getTopic(),
                        topicId,
                        request.hasPartition() ? OptionalInt.of(request.getPartition()) : OptionalInt.empty(),
                        outcome -> reply.answer(outcome, AdminGrpcService::elected)));
    }

    private static Optional<Rejection> check(ElectLeadersRequest request) {
        Fields fields = new Fields().topicName("topic", request.getTopic());
        if (request.hasPartition()) {
            fields.atLeast(0, "partition", request.getPartition());
        }
        return fields.require(
                        request.getUnclean(),
                        "unclean",
                        "must be true: whoever is elected may lack acknowledged records")
                .rejection();
    }

    private static ElectLeadersResponse elected(UncleanLeaders leaders) {
        ElectLeadersResponse.Builder response =
                ElectLeadersResponse.newBuilder().addAllWithoutLiveReplica(leaders.withoutLiveReplica());
        leaders.elected()
                .forEach((partition, state) -> response.addElectedBuilder()
                        .setPartition(partition)
                        .setBrokerId(state.leader())
                        .setLeaderEpoch(state.leaderEpoch()));
        return response.build();
    }

    @Override
    public void describeTopic(DescribeTopicRequest request, StreamObserver<DescribeTopicResponse> observer) {
        Reply<DescribeTopicResponse> reply = new Reply<>(observer, errors);
        Optional<Rejection> rejection =
                new Fields().topicName("name", request.getName()).rejection();
        if (rejection.isPresent()) {
            reply.refuse(rejection.get());
            return;
        }
        topics.topic(request.getName(), "", reply).ifPresent(topic -> reply.ok(described(topic)));
    }

    /** Drawn and filled in by the broker that is the controller, so that its defaults count wherever the call came in. */
    private NewTopic newTopic(CreateTopicRequest request) {
        return new NewTopic(
                request.getName(),
                context.ids().topicId(),
                request.hasPartitions() ? OptionalInt.of(request.getPartitions()) : OptionalInt.empty(),
                request.hasReplicationFactor() ? OptionalInt.of(request.getReplicationFactor()) : OptionalInt.empty(),
                TopicConfigMessages.filled(request.getConfig(), context.topicDefaults()),
                TopicConfigMessages.overrides(request.getConfig()),
                request.getValidateOnly());
    }

    private Optional<Rejection> check(CreateTopicRequest request) {
        Fields fields = new Fields().topicName("name", request.getName());
        if (request.hasPartitions()) {
            fields.between(1, MAX_PARTITIONS, "partitions", request.getPartitions());
        }
        if (request.hasReplicationFactor()) {
            fields.between(1, MAX_REPLICAS, "replication_factor", request.getReplicationFactor());
        }
        checkConfig(request.getConfig(), fields);
        return fields.rejection();
    }

    private void checkConfig(TopicConfig config, Fields fields) {
        fields.require(
                config.getDurability() != Durability.UNRECOGNIZED,
                "config.durability",
                config.getDurabilityValue() + " is not one of FSYNC, REPLICATED");
        if (config.hasMinInsyncReplicas()) {
            fields.between(1, MAX_REPLICAS, "config.min_insync_replicas", config.getMinInsyncReplicas());
        }
        if (config.hasSegmentBytes()) {
            fields.between(
                    io.millrace.broker.core.TopicConfig.MIN_SEGMENT_BYTES,
                    io.millrace.broker.core.TopicConfig.MAX_SEGMENT_BYTES,
                    "config.segment_bytes",
                    config.getSegmentBytes());
        }
        if (config.hasMaxBatchBytes()) {
            int largest = context.limits().largestBatchBytes();
            fields.between(MIN_BATCH_BYTES, largest, "config.max_batch_bytes", config.getMaxBatchBytes());
        }
        if (config.getDurability() != Durability.UNRECOGNIZED) {
            io.millrace.broker.core.TopicConfig filled = TopicConfigMessages.filled(config, context.topicDefaults());
            fields.require(
                    filled.maxBatchBytes() <= filled.segmentBytes(),
                    "config.segment_bytes",
                    filled.segmentBytes() + " is less than a batch may have, " + filled.maxBatchBytes());
        }
    }

    private static CreateTopicResponse created(TopicImage topic) {
        return CreateTopicResponse.newBuilder()
                .setTopicId(topic.topicId())
                .setPartitions(topic.partitionCount())
                .setReplicationFactor(topic.replicationFactor())
                .setConfig(TopicConfigMessages.message(topic.config()))
                .build();
    }

    private static DescribeTopicResponse described(TopicImage topic) {
        return DescribeTopicResponse.newBuilder()
                .setTopic(MetadataMessages.topic(topic))
                .setReplicationFactor(topic.replicationFactor())
                .addAllConfig(TopicConfigMessages.entries(topic))
                .setSurvives(Survival.inWords(topic))
                .build();
    }
}
