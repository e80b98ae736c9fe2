package io.millrace.lab;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import com.google.rpc.Status;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.millrace.proto.v1.AppendOutcome;
import io.millrace.proto.v1.Broker;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.InitProducerRequest;
import io.millrace.proto.v1.InitProducerResponse;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.ListOffsetsResponse;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceRequest;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.proto.v1.ProduceResult;
import io.millrace.proto.v1.ProduceStreamRequest;
import io.millrace.proto.v1.ProduceStreamResponse;
import io.millrace.proto.v1.ProduceWindow;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.proto.v1.StreamError;
import io.millrace.proto.v1.Topic;
import io.millrace.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One broker that keeps its batches in memory and answers a fetch with one batch, so that a reader has to go on. */
public final class FakeBroker implements AutoCloseable {
    private static final ErrorDetail REFUSAL = ErrorDetail.newBuilder()
            .setReason(ErrorReason.ERROR_REASON_BAD_RECORD)
            .setCertainty(Certainty.CERTAINTY_DEFINITE)
            .build();

    private final AtomicLong producerIds = new AtomicLong();
    private final String topic;
    private final List<List<RecordBatch>> partitions = new ArrayList<>();
    private final Server server;
    private final List<Runnable> held = new ArrayList<>();
    private int heldPartition = -1;
    private BooleanSupplier isHeldNoLonger = () -> true;

    /** Where partition 0's log begins for those who ask; the batches before it stay. */
    public volatile long logStartOffset;

    /** Refuses every batch once a partition holds so many. */
    public volatile int maxBatches = Integer.MAX_VALUE;

    /** What it says of every partition; it leads all of them, and is their only in-sync replica. */
    public volatile int leaderEpoch;

    /** Whether another replica, which it does not know, is the one that should lead. */
    public volatile boolean isSubstitute;

    /** So many partitions, the first ones, are led by broker 2: itself, under another name. */
    public volatile int ledByTwo;

    /** Replicas of every partition, all in sync: its leader, and the other brokers from 1 on. */
    public volatile int replicas = 1;

    /** So many times it says what was so one epoch ago, that all replicas are in sync; it does before it lags. */
    public final AtomicInteger staleAnswers = new AtomicInteger();

    /** So many times it says that there is another replica, which is out of sync. */
    public final AtomicInteger laggingAnswers = new AtomicInteger();

    /** Appends what comes on a stream, and answers nothing. */
    public volatile boolean isSilent;

    /** Flips a byte of every batch that it gives back. */
    public volatile boolean isDamaging;

    public FakeBroker(String topic, int partitionCount) throws IOException {
        this.topic = topic;
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new CopyOnWriteArrayList<>());
        }
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new Metadata())
                .addService(new Producer())
                .addService(new Consumer())
                .build()
                .start();
    }

    public String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Keeps back what it has to say of records of this partition, until this holds when a record comes for any. */
    public synchronized void hold(int partition, BooleanSupplier until) {
        heldPartition = partition;
        isHeldNoLonger = until;
    }

    private synchronized void answer(int partition, Runnable answer) {
        if (heldPartition >= 0 && isHeldNoLonger.getAsBoolean()) {
            heldPartition = -1;
            held.forEach(Runnable::run);
            held.clear();
        }
        if (partition == heldPartition) {
            held.add(answer);
        } else {
            answer.run();
        }
    }

    public int batchCount() {
        return partitions.stream().mapToInt(List::size).sum();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static <R> void answer(StreamObserver<R> observer, R response) {
        observer.onNext(response);
        observer.onCompleted();
    }

    private final class Metadata extends MetadataServiceGrpc.MetadataServiceImplBase {
        @Override
        public void getMetadata(GetMetadataRequest request, StreamObserver<GetMetadataResponse> observer) {
            boolean isStale = isLeft(staleAnswers);
            boolean isLagging = !isStale && isLeft(laggingAnswers);
            int epoch = isStale ? leaderEpoch - 1 : leaderEpoch;
            Topic.Builder described = Topic.newBuilder().setName(topic);
            for (int i = 0; i < partitions.size(); i++) {
                int leader = i < ledByTwo ? 2 : 1;
                List<Integer> inSync = replicasOf(leader);
                List<Integer> assigned = new ArrayList<>(isSubstitute ? List.of(2) : inSync);
                if (isLagging) {
                    assigned.add(replicas + 1);
                }
                described.addPartitions(Partition.newBuilder()
                        .setPartition(i)
                        .setLeaderId(leader)
                        .setLeaderEpoch(epoch)
                        .setPartitionEpoch(epoch)
                        .addAllReplicas(assigned)
                        .addAllIsr(inSync));
            }
            answer(
                    observer,
                    GetMetadataResponse.newBuilder()
                            .setControllerId(1)
                            .addBrokers(Broker.newBuilder().setId(1).setEndpoint(address()))
                            .addBrokers(Broker.newBuilder().setId(2).setEndpoint(address()))
                            .addTopics(described)
                            .build());
        }

        private List<Integer> replicasOf(int leader) {
            List<Integer> ids = new ArrayList<>(List.of(leader));
            for (int id = 1; ids.size() < replicas; id++) {
                if (id != leader) {
                    ids.add(id);
                }
            }
            return ids;
        }

        private static boolean isLeft(AtomicInteger times) {
            return times.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        }
    }

    private final class Producer extends ProducerServiceGrpc.ProducerServiceImplBase {
        @Override
        public void initProducer(InitProducerRequest request, StreamObserver<InitProducerResponse> observer) {
            answer(
                    observer,
                    InitProducerResponse.newBuilder()
                            .setProducerId(producerIds.incrementAndGet())
                            .build());
        }

        @Override
        public void produce(ProduceRequest request, StreamObserver<ProduceResponse> observer) {
            ProduceResponse appended = append(request.getBatch());
            if (appended == null) {
                observer.onError(refusal());
            } else {
                answer(observer, appended);
            }
        }

        @Override
        public StreamObserver<ProduceStreamRequest> produceStream(StreamObserver<ProduceStreamResponse> observer) {
            observer.onNext(ProduceStreamResponse.newBuilder()
                    .setWindow(
                            ProduceWindow.newBuilder().setMaxInflightFrames(100).setMaxInflightBytes(8 << 20))
                    .build());
            return new StreamObserver<>() {
                @Override
                public void onNext(ProduceStreamRequest frame) {
                    ProduceResponse appended = append(frame.getBatch());
                    ProduceResult.Builder result = ProduceResult.newBuilder().setFrameId(frame.getFrameId());
                    if (appended == null) {
                        result.setError(
                                StreamError.newBuilder().setDetail(REFUSAL).setMessage("no more"));
                    } else {
                        result.setAppended(appended);
                    }
                    ProduceStreamResponse response =
                            ProduceStreamResponse.newBuilder().setResult(result).build();
                    if (!isSilent) {
                        answer(frame.getBatch().getPartition(), () -> observer.onNext(response));
                    }
                }

                @Override
                public void onError(Throwable thrown) {
                    // The client has gone.
                }

                @Override
                public void onCompleted() {
                    observer.onCompleted();
                }
            };
        }
    }

    /** Null where the partition takes no more. */
    private @Nullable ProduceResponse append(PartitionBatch sent) {
        List<RecordBatch> log = partitions.get(sent.getPartition());
        if (log.size() >= maxBatches) {
            return null;
        }
        RecordBatch batch = RecordBatch.wrap(ByteBuffer.wrap(sent.getBatch().toByteArray()));
        batch.stamp(end(log), 0);
        log.add(batch);
        return ProduceResponse.newBuilder()
                .setOutcome(AppendOutcome.APPEND_OUTCOME_COMMITTED)
                .setPartition(sent.getPartition())
                .setBaseOffset(batch.baseOffset())
                .setRecordCount(batch.recordCount())
                .build();
    }

    private final class Consumer extends ConsumerServiceGrpc.ConsumerServiceImplBase {
        @Override
        public void fetch(FetchRequest request, StreamObserver<FetchResponse> observer) {
            RecordBatch batch = partitions.get(request.getPartition()).stream()
                    .filter(candidate -> candidate.lastOffset() >= request.getOffset())
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = new byte[batch.sizeInBytes()];
            batch.buffer().get(bytes);
            if (isDamaging) {
                bytes[bytes.length - 1] ^= 1;
            }
            answer(
                    observer,
                    FetchResponse.newBuilder()
                            .setBatches(ByteString.copyFrom(bytes))
                            .setNextOffset(batch.nextOffset())
                            .build());
        }

        @Override
        public void listOffsets(ListOffsetsRequest request, StreamObserver<ListOffsetsResponse> observer) {
            long start = request.getPartition() == 0 ? logStartOffset : 0;
            long offset = request.hasEarliest() ? start : end(partitions.get(request.getPartition()));
            answer(observer, ListOffsetsResponse.newBuilder().setOffset(offset).build());
        }
    }

    private static long end(List<RecordBatch> log) {
        return log.isEmpty() ? 0 : log.get(log.size() - 1).nextOffset();
    }

    private static Throwable refusal() {
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(Code.INVALID_ARGUMENT_VALUE)
                .setMessage("no more")
                .addDetails(Any.pack(REFUSAL))
                .build());
    }
}
