package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.group.OffsetRules;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.GetServerInfoRequest;
import io.millrace.proto.v1.GetServerInfoResponse;
import io.millrace.proto.v1.Limits;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.WatchMetadataRequest;
import io.millrace.proto.v1.WatchMetadataResponse;
import io.millrace.record.Codec;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Tells what this broker has seen of the cluster. */
final class MetadataGrpcService extends MetadataServiceGrpc.MetadataServiceImplBase {

    // To be raised by one whenever the API gains something.
    private static final int API_LEVEL = 2;
    private static final int NO_CONTROLLER = -1;
    private static final int MAX_NAMES = 10_000;

    private final RpcContext context;
    private final ErrorMapping errors;
    private final OpenCalls open;

    MetadataGrpcService(RpcContext context, ErrorMapping errors, OpenCalls open) {
        this.open = open;
        this.context = context;
        this.errors = errors;
    }

    @Override
    public void getServerInfo(GetServerInfoRequest request, StreamObserver<GetServerInfoResponse> observer) {
        GetServerInfoResponse.Builder info = GetServerInfoResponse.newBuilder()
                .setVersion(context.version())
                .setApiLevel(API_LEVEL)
                .setClusterId(context.image().get().clusterId())
                .setLimits(limits())
                .addAllCodecs(codecs());
        context.self().get().ifPresent(me -> info.setBrokerId(me.id()).setBrokerEpoch(me.epoch()));
        new Reply<>(observer, errors).ok(info.build());
    }

    @Override
    public void watchMetadata(WatchMetadataRequest request, StreamObserver<WatchMetadataResponse> observer) {
        Optional<Rejection> rejection = checkNames(request.getTopicsList());
        SortedSet<String> wanted = rejection.isPresent() ? new TreeSet<>() : new TreeSet<>(request.getTopicsList());
        new MetadataWatch(context, errors, open, wanted, observer).start(rejection);
    }

    @Override
    public void getMetadata(GetMetadataRequest request, StreamObserver<GetMetadataResponse> observer) {
        Reply<GetMetadataResponse> reply = new Reply<>(observer, errors);
        ClusterImage image = context.image().get();
        Optional<Rejection> rejection = check(request.getTopicsList(), image);
        if (rejection.isPresent()) {
            reply.refuse(rejection.get());
            return;
        }
        reply.ok(metadata(image, topics(new TreeSet<>(request.getTopicsList()), image)));
    }

    /** Their number first: a message has room for millions, and a watch keeps them for as long as it lives. */
    private static Optional<Rejection> checkNames(List<String> wanted) {
        Fields fields = new Fields();
        if (wanted.size() > MAX_NAMES) {
            fields.require(false, "topics", "has " + wanted.size() + " names, at most " + MAX_NAMES + " are allowed");
        } else {
            wanted.forEach(name -> fields.topicName("topics", name));
        }
        return fields.rejection();
    }

    private static Optional<Rejection> check(List<String> wanted, ClusterImage image) {
        return checkNames(wanted)
                .or(() -> wanted.stream()
                        .filter(name -> !image.topics().containsKey(name))
                        .findFirst()
                        .map(name -> Rejection.unknownTopic(name, "Topic '" + name + "' does not exist")));
    }

    static Collection<TopicImage> topics(SortedSet<String> wanted, ClusterImage image) {
        return wanted.isEmpty()
                ? image.topics().values()
                : image.topics().values().stream()
                        .filter(topic -> wanted.contains(topic.name()))
                        .toList();
    }

    private static GetMetadataResponse metadata(ClusterImage image, Collection<TopicImage> topics) {
        GetMetadataResponse.Builder response =
                GetMetadataResponse.newBuilder().setClusterId(image.clusterId()).setControllerId(controllerId(image));
        reachable(image).forEach(broker -> response.addBrokers(MetadataMessages.broker(broker)));
        topics.forEach(topic -> response.addTopics(MetadataMessages.topic(topic)));
        return response.build();
    }

    static int controllerId(ClusterImage image) {
        BrokerIncarnation controller = image.controller();
        return controller == null ? NO_CONTROLLER : controller.id();
    }

    /**
     * Who is registered, and whoever leads all the same: while ZooKeeper is away leaders serve without a registration, and
     * a client that was not told where they are could not reach them (R46).
     */
    static List<BrokerImage> reachable(ClusterImage image) {
        Set<BrokerIncarnation> leaders = image.topics().values().stream()
                .flatMap(topic -> topic.partitions().values().stream())
                .map(state -> new BrokerIncarnation(state.leader(), state.leaderBrokerEpoch()))
                .collect(Collectors.toSet());
        return image.known().values().stream()
                .filter(broker -> image.isRegistered(broker.incarnation()) || leaders.contains(broker.incarnation()))
                .toList();
    }

    private Limits limits() {
        RpcLimits limits = context.limits();
        return Limits.newBuilder()
                .setMaxRecordBytes(limits.maxRecordBytes())
                .setMaxBatchBytes(limits.largestBatchBytes())
                .setMaxMessageBytes(limits.maxMessageBytes())
                .setMaxFetchBytes(limits.maxFetchBytes())
                .setMaxFetchWaitMs(limits.maxFetchWaitMs())
                .setMaxPartitionsPerTopic(AdminGrpcService.MAX_PARTITIONS)
                .setMaxOffsetMetadataBytes(OffsetRules.MAX_METADATA_BYTES)
                .build();
    }

    private static List<String> codecs() {
        return Arrays.stream(Codec.values())
                .map(codec -> codec.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
