package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.Acks;
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
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.proto.v1.Record;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Writes records. */
final class ProducerGrpcService extends ProducerServiceGrpc.ProducerServiceImplBase {

    private static final long DEFAULT_COMMIT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long MAX_COMMIT_TIMEOUT_S = 3600;

    /** Of whoever has just got a new id. */
    private static final int FIRST_EPOCH = 0;

    private final PartitionServer partitions;
    private final ProducerIds producerIds;
    private final PartitionCalls calls;
    private final ErrorMapping errors;
    private final BatchIntake intake;
    private final PartitionChoice choice = new PartitionChoice();

    ProducerGrpcService(
            RpcContext context,
            PartitionServer partitions,
            ProducerIds producerIds,
            PartitionCalls calls,
            ErrorMapping errors) {
        this.partitions = partitions;
        this.producerIds = producerIds;
        this.calls = calls;
        this.errors = errors;
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
        Optional<Rejection> rejection = check(request);
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

    private void append(
            ProduceRequest request, TopicImage topic, TopicPartition partition, Reply<ProduceResponse> reply) {
        Outcome<ByteBuffer> batch = intake.batch(request.getBatch(), topic.config());
        if (batch instanceof Outcome.No<ByteBuffer> no) {
            reply.refuse(no.refusal());
            return;
        }
        long timeoutNs =
                request.hasCommitTimeout() ? WireTime.nanos(request.getCommitTimeout()) : DEFAULT_COMMIT_TIMEOUT_NS;
        partitions.produce(
                partition,
                ((Outcome.Ok<ByteBuffer>) batch).value(),
                acks(request.getAcks()),
                reply.waitAtMost(timeoutNs),
                outcome -> reply.answer(outcome, appended -> response(partition, appended)));
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

    private static Optional<Rejection> check(ProduceRequest request) {
        PartitionBatch batch = request.getBatch();
        Fields fields = new Fields()
                .topicName("batch.topic", batch.getTopic())
                .require(
                        request.getAcks() != io.millrace.proto.v1.Acks.UNRECOGNIZED,
                        "acks",
                        request.getAcksValue() + " is not one of NONE, LEADER, ALL");
        if (batch.hasPartition()) {
            fields.atLeast(0, "batch.partition", batch.getPartition());
        }
        if (request.hasCommitTimeout()) {
            fields.require(
                    WireTime.isBetweenZeroAnd(MAX_COMMIT_TIMEOUT_S, request.getCommitTimeout()),
                    "commit_timeout",
                    "is not a duration from 0 to " + MAX_COMMIT_TIMEOUT_S + " s");
        }
        checkPayload(batch, fields);
        checkProducer(batch, fields);
        return fields.rejection();
    }

    private static void checkProducer(PartitionBatch batch, Fields fields) {
        if (batch.hasProducer()) {
            fields.require(batch.hasRecords(), "batch.producer", "goes with records; an encoded batch names its own")
                    .require(batch.hasPartition(), "batch.partition", "is needed where the producer is named")
                    .atLeast(
                            0, "batch.producer.producer_id", batch.getProducer().getProducerId())
                    .between(
                            0,
                            Short.MAX_VALUE,
                            "batch.producer.producer_epoch",
                            batch.getProducer().getProducerEpoch())
                    .atLeast(
                            0,
                            "batch.producer.base_sequence",
                            batch.getProducer().getBaseSequence());
        }
    }

    private static void checkPayload(PartitionBatch batch, Fields fields) {
        if (batch.hasBatch()) {
            fields.require(!batch.getBatch().isEmpty(), "batch.batch", "is empty");
            return;
        }
        fields.require(batch.getRecords().getRecordsCount() > 0, "batch.records", "has no record");
        int index = 0;
        for (Record record : batch.getRecords().getRecordsList()) {
            fields.require(
                    !record.hasTimestamp() || WireTime.isValid(record.getTimestamp()),
                    "batch.records.records[" + index + "].timestamp",
                    "is not a time from 1970 to 9999");
            index++;
        }
    }

    private static Acks acks(io.millrace.proto.v1.Acks acks) {
        return switch (acks) {
            case ACKS_NONE -> Acks.NONE;
            case ACKS_LEADER -> Acks.LEADER;
            case ACKS_UNSPECIFIED, ACKS_ALL -> Acks.ALL;
            case UNRECOGNIZED -> throw new IllegalArgumentException("acks were to be checked before");
        };
    }

    private static ProduceResponse response(TopicPartition partition, Appended appended) {
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
