package io.millrace.client;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.millrace.proto.v1.AdminServiceGrpc;
import io.millrace.proto.v1.Broker;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.CreateTopicResponse;
import io.millrace.proto.v1.DeleteGroupRequest;
import io.millrace.proto.v1.DeleteGroupResponse;
import io.millrace.proto.v1.DeleteOffsetsRequest;
import io.millrace.proto.v1.DeleteOffsetsResponse;
import io.millrace.proto.v1.DescribeGroupRequest;
import io.millrace.proto.v1.DescribeGroupResponse;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.InitProducerRequest;
import io.millrace.proto.v1.InitProducerResponse;
import io.millrace.proto.v1.ListGroupsRequest;
import io.millrace.proto.v1.ListGroupsResponse;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceRequest;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.proto.v1.ResetOffsetsRequest;
import io.millrace.proto.v1.ResetOffsetsResponse;
import io.millrace.proto.v1.Topic;
import io.millrace.record.RecordBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A broker on a free port that does what a test tells it to. */
final class ScriptedBroker implements AutoCloseable {
    static final String TOPIC = "orders";
    static final long PRODUCER_ID = 4711;

    final Script<GetMetadataRequest, GetMetadataResponse> metadata = new Script<>();
    final Script<InitProducerRequest, InitProducerResponse> initProducer = new Script<>();
    final Script<ProduceRequest, ProduceResponse> produce = new Script<>();
    final Script<FetchRequest, FetchResponse> fetch = new Script<>();
    final Script<CreateTopicRequest, CreateTopicResponse> createTopic = new Script<>();
    final Script<ListGroupsRequest, ListGroupsResponse> listGroups = new Script<>();
    final Script<DescribeGroupRequest, DescribeGroupResponse> describeGroup = new Script<>();
    final Script<ResetOffsetsRequest, ResetOffsetsResponse> resetOffsets = new Script<>();
    final Script<DeleteGroupRequest, DeleteGroupResponse> deleteGroup = new Script<>();
    final Script<DeleteOffsetsRequest, DeleteOffsetsResponse> deleteOffsets = new Script<>();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Server server;
    private final String endpoint;

    ScriptedBroker() {
        initProducer.play(request ->
                InitProducerResponse.newBuilder().setProducerId(PRODUCER_ID).build());
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .executor(threads)
                    .addService(new MetadataServiceGrpc.MetadataServiceImplBase() {
                        @Override
                        public void getMetadata(GetMetadataRequest request, StreamObserver<GetMetadataResponse> to) {
                            metadata.handle(request, to);
                        }
                    })
                    .addService(new ProducerServiceGrpc.ProducerServiceImplBase() {
                        @Override
                        public void initProducer(InitProducerRequest request, StreamObserver<InitProducerResponse> to) {
                            initProducer.handle(request, to);
                        }

                        @Override
                        public void produce(ProduceRequest request, StreamObserver<ProduceResponse> to) {
                            produce.handle(request, to);
                        }
                    })
                    .addService(new ConsumerServiceGrpc.ConsumerServiceImplBase() {
                        @Override
                        public void fetch(FetchRequest request, StreamObserver<FetchResponse> to) {
                            fetch.handle(request, to);
                        }
                    })
                    .addService(new AdminServiceGrpc.AdminServiceImplBase() {
                        @Override
                        public void createTopic(CreateTopicRequest request, StreamObserver<CreateTopicResponse> to) {
                            createTopic.handle(request, to);
                        }
                    })
                    .addService(new Groups())
                    .build()
                    .start();
            // Now: a closed server has none.
            endpoint = "127.0.0.1:" + server.getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Groups extends GroupServiceGrpc.GroupServiceImplBase {
        @Override
        public void listGroups(ListGroupsRequest request, StreamObserver<ListGroupsResponse> to) {
            listGroups.handle(request, to);
        }

        @Override
        public void describeGroup(DescribeGroupRequest request, StreamObserver<DescribeGroupResponse> to) {
            describeGroup.handle(request, to);
        }

        @Override
        public void resetOffsets(ResetOffsetsRequest request, StreamObserver<ResetOffsetsResponse> to) {
            resetOffsets.handle(request, to);
        }

        @Override
        public void deleteGroup(DeleteGroupRequest request, StreamObserver<DeleteGroupResponse> to) {
            deleteGroup.handle(request, to);
        }

        @Override
        public void deleteOffsets(DeleteOffsetsRequest request, StreamObserver<DeleteOffsetsResponse> to) {
            deleteOffsets.handle(request, to);
        }
    }

    String endpoint() {
        return endpoint;
    }

    /** An answer to Produce as a leader gives it: the batch's own count, and an offset. */
    static ProduceResponse stored(ProduceRequest request, long baseOffset) {
        PartitionBatch batch = request.getBatch();
        int count = RecordBatch.wrap(batch.getBatch().asReadOnlyByteBuffer()).recordCount();
        return ProduceResponse.newBuilder()
                .setBaseOffset(baseOffset)
                .setRecordCount(count)
                .build();
    }

    /** Metadata of a topic with one partition; brokers get ids 1, 2, … in the order given. */
    static GetMetadataResponse metadata(int leaderId, int leaderEpoch, String... endpoints) {
        GetMetadataResponse.Builder metadata = GetMetadataResponse.newBuilder();
        for (int i = 0; i < endpoints.length; i++) {
            metadata.addBrokers(Broker.newBuilder().setId(i + 1).setEndpoint(endpoints[i]));
        }
        Partition partition = Partition.newBuilder()
                .setLeaderId(leaderId)
                .setLeaderEpoch(leaderEpoch)
                .build();
        return metadata.addTopics(
                        Topic.newBuilder().setName(TOPIC).setTopicId("t1").addPartitions(partition))
                .build();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            // gRPC still needs its threads to close the connections; the calls that hang need theirs interrupted.
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
