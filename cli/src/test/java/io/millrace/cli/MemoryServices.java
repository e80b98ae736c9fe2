package io.millrace.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.millrace.proto.v1.AdminServiceGrpc;
import io.millrace.proto.v1.AppendOutcome;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.CommitOffsetsRequest;
import io.millrace.proto.v1.CommitOffsetsResponse;
import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.ConfigEntry;
import io.millrace.proto.v1.ConfigSource;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.CreateTopicResponse;
import io.millrace.proto.v1.DeleteTopicRequest;
import io.millrace.proto.v1.DeleteTopicResponse;
import io.millrace.proto.v1.DescribeTopicRequest;
import io.millrace.proto.v1.DescribeTopicResponse;
import io.millrace.proto.v1.ElectLeadersRequest;
import io.millrace.proto.v1.ElectLeadersResponse;
import io.millrace.proto.v1.ErrorReason;
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
import io.millrace.proto.v1.Limits;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.ListOffsetsResponse;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.OffsetCommit;
import io.millrace.proto.v1.ProduceRequest;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.record.RecordBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The services of a {@link MemoryBroker}. */
final class MemoryServices {
    static final int MAX_BATCH_BYTES = 10_000;

    private MemoryServices() {}

    private interface Call<R> {
        R answer() throws InterruptedException;
    }

    private static <R> void answer(StreamObserver<R> to, Call<R> call) {
        try {
            to.onNext(call.answer());
            to.onCompleted();
        } catch (StatusRuntimeException e) {
            to.onError(e);
        } catch (InterruptedException e) {
            // The broker is being closed, and with it the call.
            Thread.currentThread().interrupt();
        }
    }

    static final class Metadata extends MetadataServiceGrpc.MetadataServiceImplBase {
        private final MemoryBroker broker;

        Metadata(MemoryBroker broker) {
            this.broker = broker;
        }

        @Override
        public void getServerInfo(GetServerInfoRequest request, StreamObserver<GetServerInfoResponse> to) {
            Limits limits = Limits.newBuilder().setMaxRecordBytes(1 << 20).build();
            answer(
                    to,
                    () -> GetServerInfoResponse.newBuilder().setLimits(limits).build());
        }

        @Override
        public void getMetadata(GetMetadataRequest request, StreamObserver<GetMetadataResponse> to) {
            answer(to, () -> {
                List<String> names = request.getTopicsCount() == 0
                        ? new ArrayList<>(broker.topics.keySet())
                        : request.getTopicsList();
                return GetMetadataResponse.newBuilder()
                        .addBrokers(broker.broker())
                        .addAllTopics(names.stream().map(broker::topic).toList())
                        .build();
            });
        }
    }

    static final class Admin extends AdminServiceGrpc.AdminServiceImplBase {
        private final MemoryBroker broker;

        Admin(MemoryBroker broker) {
            this.broker = broker;
        }

        @Override
        public void createTopic(CreateTopicRequest request, StreamObserver<CreateTopicResponse> to) {
            answer(to, () -> {
                if (broker.topics.containsKey(request.getName())) {
                    throw MemoryBroker.refusal(
                            Status.Code.ALREADY_EXISTS,
                            ErrorReason.ERROR_REASON_TOPIC_EXISTS,
                            Certainty.CERTAINTY_DEFINITE);
                }
                broker.create(request.getName(), request.hasPartitions() ? request.getPartitions() : 1);
                return CreateTopicResponse.newBuilder()
                        .setTopicId("id-of-" + request.getName())
                        .setPartitions(broker.logs(request.getName()).size())
                        .setReplicationFactor(request.hasReplicationFactor() ? request.getReplicationFactor() : 3)
                        .setConfig(request.getConfig())
                        .build();
            });
        }

        @Override
        public void deleteTopic(DeleteTopicRequest request, StreamObserver<DeleteTopicResponse> to) {
            answer(to, () -> {
                broker.logs(request.getName());
                broker.topics.remove(request.getName());
                return DeleteTopicResponse.getDefaultInstance();
            });
        }

        @Override
        public void electLeaders(ElectLeadersRequest request, StreamObserver<ElectLeadersResponse> to) {
            answer(to, () -> {
                if (request.getPartition() >= broker.logs(request.getTopic()).size()) {
                    throw MemoryBroker.refusal(
                            Status.Code.NOT_FOUND,
                            ErrorReason.ERROR_REASON_UNKNOWN_TOPIC,
                            Certainty.CERTAINTY_DEFINITE);
                }
                broker.elections.add(request);
                ElectLeadersResponse election = broker.election;
                if (election == null) {
                    throw MemoryBroker.refusal(
                            Status.Code.FAILED_PRECONDITION,
                            ErrorReason.ERROR_REASON_ELECTION_NOT_NEEDED,
                            Certainty.CERTAINTY_DEFINITE);
                }
                return election;
            });
        }

        @Override
        public void describeTopic(DescribeTopicRequest request, StreamObserver<DescribeTopicResponse> to) {
            answer(
                    to,
                    () -> DescribeTopicResponse.newBuilder()
                            .setTopic(broker.topic(request.getName()))
                            .setReplicationFactor(1)
                            .setSurvives("nothing but the test")
                            .addConfig(ConfigEntry.newBuilder()
                                    .setName("maxBatchBytes")
                                    .setValue(String.valueOf(MAX_BATCH_BYTES))
                                    .setSource(ConfigSource.CONFIG_SOURCE_TOPIC))
                            .build());
        }
    }

    static final class Producer extends ProducerServiceGrpc.ProducerServiceImplBase {
        private final AtomicLong nextProducerId = new AtomicLong();

        private final MemoryBroker broker;

        Producer(MemoryBroker broker) {
            this.broker = broker;
        }

        @Override
        public void initProducer(InitProducerRequest request, StreamObserver<InitProducerResponse> to) {
            answer(
                    to,
                    () -> InitProducerResponse.newBuilder()
                            .setProducerId(nextProducerId.getAndIncrement())
                            .build());
        }

        @Override
        public void produce(ProduceRequest request, StreamObserver<ProduceResponse> to) {
            answer(to, () -> {
                StatusRuntimeException failure = broker.produceFailures.poll();
                if (failure != null) {
                    throw failure;
                }
                var batch = request.getBatch();
                long base = broker.log(batch.getTopic(), batch.getPartition()).append(batch.getBatch());
                return ProduceResponse.newBuilder()
                        .setOutcome(AppendOutcome.APPEND_OUTCOME_COMMITTED)
                        .setBaseOffset(base)
                        .setRecordCount(RecordBatch.wrap(batch.getBatch().asReadOnlyByteBuffer())
                                .recordCount())
                        .build();
            });
        }
    }

    static final class Consumer extends ConsumerServiceGrpc.ConsumerServiceImplBase {
        private final MemoryBroker broker;

        Consumer(MemoryBroker broker) {
            this.broker = broker;
        }

        @Override
        public void fetch(FetchRequest request, StreamObserver<FetchResponse> to) {
            answer(
                    to,
                    () -> broker.log(request.getTopic(), request.getPartition()).fetch(request));
        }

        @Override
        public void listOffsets(ListOffsetsRequest request, StreamObserver<ListOffsetsResponse> to) {
            answer(to, () -> {
                long end =
                        broker.log(request.getTopic(), request.getPartition()).end();
                return ListOffsetsResponse.newBuilder()
                        .setOffset(request.hasEarliest() ? 0 : end)
                        .build();
            });
        }
    }

    static final class Group extends GroupServiceGrpc.GroupServiceImplBase {
        private final MemoryBroker broker;

        Group(MemoryBroker broker) {
            this.broker = broker;
        }

        @Override
        public void commitOffsets(CommitOffsetsRequest request, StreamObserver<CommitOffsetsResponse> to) {
            answer(to, () -> {
                Map<Integer, CommittedOffset> offsets = broker.committed(request.getGroup());
                for (OffsetCommit commit : request.getOffsetsList()) {
                    offsets.put(
                            commit.getPartition(),
                            CommittedOffset.newBuilder()
                                    .setTopic(commit.getTopic())
                                    .setTopicId(commit.getTopicId())
                                    .setPartition(commit.getPartition())
                                    .setOffset(commit.getOffset())
                                    .build());
                }
                return CommitOffsetsResponse.getDefaultInstance();
            });
        }

        @Override
        public void fetchOffsets(FetchOffsetsRequest request, StreamObserver<FetchOffsetsResponse> to) {
            answer(
                    to,
                    () -> FetchOffsetsResponse.newBuilder()
                            .addAllOffsets(broker.committed(request.getGroup()).values())
                            .build());
        }
    }
}
