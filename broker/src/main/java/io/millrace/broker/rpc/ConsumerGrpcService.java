package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.PartitionServer;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.broker.replication.PartitionServer.FoundOffset;
import io.millrace.broker.replication.PartitionServer.Position;
import io.millrace.broker.rpc.Forwarder.Effect;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.FetchStreamRequest;
import io.millrace.proto.v1.FetchStreamResponse;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.ListOffsetsRequest.PositionCase;
import io.millrace.proto.v1.ListOffsetsResponse;
import java.util.Optional;

/** Reads records. */
final class ConsumerGrpcService extends ConsumerServiceGrpc.ConsumerServiceImplBase {

    private final RpcContext context;
    private final PartitionServer partitions;
    private final PartitionCalls calls;
    private final ErrorMapping errors;
    private final OpenCalls open;
    private final FetchedMessages messages;

    ConsumerGrpcService(
            RpcContext context,
            PartitionServer partitions,
            PartitionCalls calls,
            ErrorMapping errors,
            OpenCalls open,
            FetchedMessages messages) {
        this.context = context;
        this.partitions = partitions;
        this.calls = calls;
        this.errors = errors;
        this.open = open;
        this.messages = messages;
    }

    @Override
    public void fetch(FetchRequest request, StreamObserver<FetchResponse> observer) {
        Reply<FetchResponse> reply = new Reply<>(observer, errors);
        Optional<Rejection> rejection = check(request);
        if (rejection.isPresent()) {
            reply.refuse(rejection.get());
            return;
        }
        calls.topic(request.getTopic(), request.getTopicId(), reply)
                .ifPresent(topic -> calls.dispatch(
                        topic,
                        request.getPartition(),
                        new PartitionCalls.Call<>(
                                ConsumerServiceGrpc.getFetchMethod(), request, Effect.READ, request.getLeaderOnly()),
                        reply,
                        partition -> read(request, partition, reply)));
    }

    @Override
    public void listOffsets(ListOffsetsRequest request, StreamObserver<ListOffsetsResponse> observer) {
        Reply<ListOffsetsResponse> reply = new Reply<>(observer, errors);
        Optional<Rejection> rejection = check(request);
        if (rejection.isPresent()) {
            reply.refuse(rejection.get());
            return;
        }
        calls.topic(request.getTopic(), request.getTopicId(), reply)
                .ifPresent(topic -> calls.dispatch(
                        topic,
                        request.getPartition(),
                        new PartitionCalls.Call<>(
                                ConsumerServiceGrpc.getListOffsetsMethod(),
                                request,
                                Effect.READ,
                                request.getLeaderOnly()),
                        reply,
                        partition -> partitions.offsetFor(
                                partition,
                                position(request),
                                outcome -> reply.answer(outcome, found -> response(partition, found)))));
    }

    private void read(FetchRequest request, TopicPartition partition, Reply<FetchResponse> reply) {
        int maxBytes = messages.maxBytes(request.getMaxBytes());
        FetchWait wait = new FetchWait(open);
        PartitionServer.Waiting waiting = partitions.fetch(
                partition,
                request.getOffset(),
                Math.min(Math.max(1, request.getMinBytes()), maxBytes),
                maxBytes,
                reply.waitAtMost(WireTime.nanos(request.getMaxWait())),
                outcome -> {
                    wait.onAnswer();
                    answer(request, partition, outcome, reply);
                });
        wait.onStarted(waiting);
        reply.onCancel(waiting::giveUp);
    }

    private void answer(
            FetchRequest request, TopicPartition partition, Outcome<Fetched> outcome, Reply<FetchResponse> reply) {
        if (outcome instanceof Outcome.No<Fetched> no) {
            reply.refuse(no.refusal());
        } else if (outcome instanceof Outcome.Ok<Fetched> ok) {
            int maxBytes = messages.maxBytes(request.getMaxBytes());
            if (!reply.hasRoomFor(FetchedMessages.memoryBytes(request.getFormat(), maxBytes, ok.value()))) {
                reply.refuse(Rejection.of(ErrorReason.LIMIT_EXCEEDED, Reply.NO_ROOM));
                return;
            }
            messages.message(partition, request.getFormat(), request.getOffset(), maxBytes, ok.value(), reply::answer);
        }
    }

    /** One partition's records, pushed. */
    @Override
    public StreamObserver<FetchStreamRequest> fetchStream(StreamObserver<FetchStreamResponse> observer) {
        return new FetchStreamCall(partitions, calls, errors, messages, open, observer);
    }

    private Optional<Rejection> check(FetchRequest request) {
        int maxWaitMs = context.limits().maxFetchWaitMs();
        Fields fields = new Fields()
                .topicName("topic", request.getTopic())
                .atLeast(0, "partition", request.getPartition())
                .atLeast(0, "offset", request.getOffset())
                .atLeast(0, "min_bytes", request.getMinBytes())
                .atLeast(0, "max_bytes", request.getMaxBytes())
                .require(
                        WireTime.isBetweenZeroAnd(Integer.MAX_VALUE, request.getMaxWait())
                                && WireTime.nanos(request.getMaxWait()) <= maxWaitMs * 1_000_000L,
                        "max_wait",
                        "is not a duration from 0 to " + maxWaitMs + " ms");
        return messages.checkFormat(fields, "format", request.getFormatValue()).rejection();
    }

    private static Optional<Rejection> check(ListOffsetsRequest request) {
        return new Fields()
                .topicName("topic", request.getTopic())
                .atLeast(0, "partition", request.getPartition())
                .require(
                        request.getPositionCase() != PositionCase.POSITION_NOT_SET,
                        "position",
                        "is none of earliest, latest, time, offset")
                .atLeast(0, "offset", request.getOffset())
                .require(WireTime.isValid(request.getTime()), "time", "is not a time from 1970 to 9999")
                .rejection();
    }

    private static Position position(ListOffsetsRequest request) {
        return switch (request.getPositionCase()) {
            case EARLIEST -> Position.EARLIEST;
            case LATEST -> Position.LATEST;
            case TIME -> Position.ofTime(WireTime.millisRoundedUp(request.getTime()));
            case OFFSET -> Position.ofOffset(request.getOffset());
            case POSITION_NOT_SET -> throw new IllegalArgumentException("the position was to be checked before");
        };
    }

    private static ListOffsetsResponse response(TopicPartition partition, FoundOffset found) {
        ListOffsetsResponse.Builder response = ListOffsetsResponse.newBuilder()
                .setOffset(found.offset())
                .setLeaderEpoch(found.leaderEpoch())
                .setTopicId(partition.topicId());
        if (found.highWatermark() >= 0) {
            response.setHighWatermark(found.highWatermark());
        }
        if (found.timestampMs() >= 0) {
            response.setTimestamp(WireTime.timestamp(found.timestampMs()));
        }
        return response.build();
    }
}
