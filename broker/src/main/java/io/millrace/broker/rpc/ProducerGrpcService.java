package io.millrace.broker.rpc;

import com.google.protobuf.Duration;
import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.producer.ProducerIds;
import io.millrace.broker.replication.PartitionServer;
import io.millrace.broker.rpc.Forwarder.Effect;
import io.millrace.proto.v1.AppendOutcome;
import io.millrace.proto.v1.InitProducerRequest;
import io.millrace.proto.v1.InitProducerResponse;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceRequest;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.proto.v1.ProduceStreamRequest;
import io.millrace.proto.v1.ProduceStreamResponse;
import io.millrace.proto.v1.ProducerServiceGrpc;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes records. */
final class ProducerGrpcService extends ProducerServiceGrpc.ProducerServiceImplBase {

    /** Of whoever has just got a new id. */
    private static final int FIRST_EPOCH = 0;

    private final PartitionServer partitions;
    private final ProducerIds producerIds;
    private final PartitionCalls calls;
    private final ErrorMapping errors;
    private final BatchIntake intake;
    private final MemoryBudget budget;
    private final OpenCalls open;
    private final PartitionChoice choice = new PartitionChoice();

    ProducerGrpcService(
            RpcContext context,
            PartitionServer partitions,
            ProducerIds producerIds,
            PartitionCalls calls,
            ErrorMapping errors,
            MemoryBudget budget,
            OpenCalls open) {
        this.partitions = partitions;
        this.producerIds = producerIds;
        this.calls = calls;
        this.errors = errors;
        this.budget = budget;
        this.open = open;
        this.intake = new BatchIntake(context.limits(), context.clock());
    }

    @Override
    public void initProducer(InitProducerRequest request, StreamObserver<InitProducerResponse> observer) {
        Reply<InitProducerResponse> reply = new Reply<>(observer, errors);
        producerIds.next(outcome -> reply.answer(
                outcome,
                id -> InitProducerResponse.newBuilder()
                        .setProducerId(id)
                        .setProducerEpoch(FIRST_EPOCH)
                        .build()));
    }

    @Override
    public void produce(ProduceRequest request, StreamObserver<ProduceResponse> observer) {
        Reply<ProduceResponse> reply = new Reply<>(observer, errors);
        Optional<Rejection> rejection =
                ProduceFields.check(request.getBatch(), request.getAcksValue(), commitTimeout(request));
        if (rejection.isPresent()) {
            reply.refuse(rejection.get());
            return;
        }
        PartitionBatch batch = request.getBatch();
        calls.topic(batch.getTopic(), batch.getTopicId(), reply).ifPresent(topic -> {
            ProduceRequest chosen = withPartition(request, topic);
            calls.dispatch(
                    topic,
                    chosen.getBatch().getPartition(),
                    new PartitionCalls.Call<>(
                            ProducerServiceGrpc.getProduceMethod(), chosen, Effect.WRITE, request.getLeaderOnly()),
                    reply,
                    partition -> append(chosen, topic, partition, reply));
        });
    }

    @Override
    public StreamObserver<ProduceStreamRequest> produceStream(StreamObserver<ProduceStreamResponse> observer) {
        ProduceStreamCall stream = new ProduceStreamCall(partitions, calls, errors, intake, budget, open, observer);
        stream.start();
        return stream;
    }

    private void append(
            ProduceRequest request, TopicImage topic, TopicPartition partition, Reply<ProduceResponse> reply) {
        Outcome<ByteBuffer> batch = intake.batch(request.getBatch(), topic.config());
        if (batch instanceof Outcome.No<ByteBuffer> no) {
            reply.refuse(no.refusal());
            return;
        }
        ProduceFields fields = ProduceFields.of(request.getAcks(), commitTimeout(request));
        partitions.produce(
                partition,
                ((Outcome.Ok<ByteBuffer>) batch).value(),
                fields.acks(),
                reply.waitAtMost(fields.commitTimeoutNs()),
                outcome -> reply.answer(outcome, appended -> response(partition, appended)));
    }

    private static @Nullable Duration commitTimeout(ProduceRequest request) {
        return request.hasCommitTimeout() ? request.getCommitTimeout() : null;
    }

    /** The request as its leader gets it: the broker that was asked picks the partition, nobody after it. */
    private ProduceRequest withPartition(ProduceRequest request, TopicImage topic) {
        PartitionBatch batch = request.getBatch();
        if (batch.hasPartition()) {
            return request;
        }
        int partition = choice.choose(topic, intake.firstKey(batch));
        return request.toBuilder()
                .setBatch(batch.toBuilder().setPartition(partition))
                .build();
    }

    static ProduceResponse response(TopicPartition partition, Appended appended) {
        AppendOutcome outcome = switch (appended.stage()) {
            case COMMITTED -> AppendOutcome.APPEND_OUTCOME_COMMITTED;
            case APPENDED -> AppendOutcome.APPEND_OUTCOME_APPENDED_NOT_COMMITTED;
            case ACCEPTED -> AppendOutcome.APPEND_OUTCOME_NOT_APPENDED;
        };
        return ProduceResponse.newBuilder()
                .setOutcome(outcome)
                .setPartition(partition.partition())
                .setBaseOffset(appended.baseOffset())
                .setRecordCount(appended.recordCount())
                .setLeaderEpoch(appended.leaderEpoch())
                .setAppendTime(WireTime.timestamp(appended.appendTimeMs()))
                .setIsrSize(appended.isrSize())
                .setDurable(appended.durable())
                .setTopicId(partition.topicId())
                .build();
    }
}
