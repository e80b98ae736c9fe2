package io.millrace.client;

import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.FetchStreamRequest;
import io.millrace.proto.v1.FetchStreamResponse;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.GetServerInfoRequest;
import io.millrace.proto.v1.GetServerInfoResponse;
import io.millrace.proto.v1.InitProducerRequest;
import io.millrace.proto.v1.InitProducerResponse;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.ListOffsetsResponse;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.ProduceStreamRequest;
import io.millrace.proto.v1.ProduceStreamResponse;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.proto.v1.WatchMetadataRequest;
import io.millrace.proto.v1.WatchMetadataResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One broker of a {@link StreamCluster}, on a free port. */
final class StreamBroker implements AutoCloseable {
    private static final AtomicLong PRODUCER_IDS = new AtomicLong(1_000);

    final StreamCluster cluster;
    final int id;
    final List<ProduceHandler> produceStreams = new CopyOnWriteArrayList<>();
    final List<FetchHandler> fetchStreams = new CopyOnWriteArrayList<>();
    final AtomicInteger frames = new AtomicInteger();
    final AtomicLong fetchedBytes = new AtomicLong();
    volatile int windowFrames = 100;
    volatile long windowBytes = 8 << 20;
    /** Appends, and answers nothing. */
    volatile boolean isSilent;
    /** Ends whatever comes, as a connection that breaks does. */
    volatile boolean isDown;
    /** Takes nothing off the connection. */
    volatile boolean isDeaf;
    /** Refuses a frame before anything else, where it returns a reason. */
    volatile Function<ProduceStreamRequest, @Nullable ErrorDetail> refusals = frame -> null;

    private final List<StreamObserver<WatchMetadataResponse>> watches = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Server server;
    private final String endpoint;

    StreamBroker(StreamCluster cluster, int id) {
        this.cluster = cluster;
        this.id = id;
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .executor(threads)
                    .intercept(new Down())
                    .addService(new Metadata())
                    .addService(new Producers())
                    .addService(new Consumers())
                    .addService(cluster.group.service(id))
                    .build()
                    .start();
            endpoint = "127.0.0.1:" + server.getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String endpoint() {
        return endpoint;
    }

    void push(GetMetadataResponse now) {
        watches.forEach(watch -> watch.onNext(asPush(now)));
    }

    private static WatchMetadataResponse asPush(GetMetadataResponse now) {
        return WatchMetadataResponse.newBuilder()
                .addAllBrokers(now.getBrokersList())
                .addAllTopics(now.getTopicsList())
                .build();
    }

    void onAppended() {
        threads.execute(() -> fetchStreams.forEach(FetchHandler::pump));
    }

    /** All streams fail as they do where a connection breaks. */
    void breakStreams() {
        produceStreams.forEach(stream -> stream.fail(Status.UNAVAILABLE));
        fetchStreams.forEach(stream -> stream.fail(Status.UNAVAILABLE.asRuntimeException()));
    }

    /** All streams end as they do where a broker stops. */
    void drain() {
        produceStreams.forEach(ProduceHandler::end);
        fetchStreams.forEach(FetchHandler::end);
    }

    private final class Down implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, io.grpc.Metadata headers, ServerCallHandler<Q, R> next) {
            if (isDown) {
                call.close(Status.UNAVAILABLE.withDescription("down"), new io.grpc.Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }
    }

    private final class Metadata extends MetadataServiceGrpc.MetadataServiceImplBase {
        @Override
        public void getMetadata(GetMetadataRequest request, StreamObserver<GetMetadataResponse> to) {
            if (request.getTopicsList().stream().anyMatch(topic -> !topic.equals(StreamCluster.TOPIC))) {
                to.onError(Refusals.definite(Status.Code.NOT_FOUND, ErrorReason.ERROR_REASON_UNKNOWN_TOPIC));
                return;
            }
            to.onNext(cluster.metadata());
            to.onCompleted();
        }

        @Override
        public void getServerInfo(GetServerInfoRequest request, StreamObserver<GetServerInfoResponse> to) {
            if (cluster.group.hangingBroker != id) {
                to.onNext(GetServerInfoResponse.getDefaultInstance());
                to.onCompleted();
            }
        }

        @Override
        public void watchMetadata(WatchMetadataRequest request, StreamObserver<WatchMetadataResponse> to) {
            to.onNext(asPush(cluster.metadata()));
            watches.add(to);
            ((ServerCallStreamObserver<WatchMetadataResponse>) to).setOnCancelHandler(() -> watches.remove(to));
        }
    }

    private final class Producers extends ProducerServiceGrpc.ProducerServiceImplBase {
        @Override
        public void initProducer(InitProducerRequest request, StreamObserver<InitProducerResponse> to) {
            to.onNext(InitProducerResponse.newBuilder()
                    .setProducerId(PRODUCER_IDS.incrementAndGet())
                    .build());
            to.onCompleted();
        }

        @Override
        public StreamObserver<ProduceStreamRequest> produceStream(StreamObserver<ProduceStreamResponse> to) {
            ProduceHandler handler =
                    new ProduceHandler(StreamBroker.this, (ServerCallStreamObserver<ProduceStreamResponse>) to);
            produceStreams.add(handler);
            return handler;
        }
    }

    private final class Consumers extends ConsumerServiceGrpc.ConsumerServiceImplBase {
        @Override
        public void listOffsets(ListOffsetsRequest request, StreamObserver<ListOffsetsResponse> to) {
            long offset = switch (request.getPositionCase()) {
                case EARLIEST -> 0;
                case LATEST -> cluster.endOffset(request.getPartition());
                case TIME ->
                    cluster.records(request.getPartition()).stream()
                            .filter(record ->
                                    record.timestampMs() >= request.getTime().getSeconds() * 1_000)
                            .mapToLong(io.millrace.record.Record::offset)
                            .findFirst()
                            .orElse(-1);
                case OFFSET -> request.getOffset();
                case POSITION_NOT_SET -> throw new IllegalArgumentException();
            };
            to.onNext(ListOffsetsResponse.newBuilder().setOffset(offset).build());
            to.onCompleted();
        }

        @Override
        public StreamObserver<FetchStreamRequest> fetchStream(StreamObserver<FetchStreamResponse> to) {
            FetchHandler handler =
                    new FetchHandler(StreamBroker.this, (ServerCallStreamObserver<FetchStreamResponse>) to);
            fetchStreams.add(handler);
            return handler;
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
