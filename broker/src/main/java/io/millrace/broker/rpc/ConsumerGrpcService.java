package io.millrace.broker.rpc;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.PartitionServer;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.broker.replication.PartitionServer.FoundOffset;
import io.millrace.broker.replication.PartitionServer.Position;
import io.millrace.broker.rpc.Forwarder.Effect;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.ListOffsetsRequest.PositionCase;
import io.millrace.proto.v1.ListOffsetsResponse;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Reads records. */
final class ConsumerGrpcService extends ConsumerServiceGrpc.ConsumerServiceImplBase {

    private static final int DEFAULT_MAX_BYTES = 1024 * 1024;

    private final RpcContext context;
    private final PartitionServer partitions;
    private final PartitionCalls calls;
    private final ErrorMapping errors;
    private final OpenWaits waits;
    private final Executor decoding;

    /** @param decoding turns batches into messages: a partition's loop has no time for that */
    ConsumerGrpcService(
            RpcContext context,
            PartitionServer partitions,
            PartitionCalls calls,
            ErrorMapping errors,
            OpenWaits waits,
            Executor decoding) {
        this.context = context;
        this.partitions = partitions;
        this.calls = calls;
        this.errors = errors;
        this.waits = waits;
        this.decoding = decoding;
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
        int maxBytes = maxBytes(request);
        FetchWait wait = new FetchWait(waits);
        PartitionServer.Waiting waiting = partitions.fetch(
                partition,
                request.getOffset(),
                Math.min(Math.max(1, request.getMinBytes()), maxBytes),
                maxBytes,
                reply.waitAtMost(WireTime.nanos(request.getMaxWait())),
                outcome -> {
                    wait.onAnswer();
                    decoding.execute(() -> reply.answer(outcome.<Outcome<FetchResponse>>fold(
                            fetched -> response(request, partition, fetched), Outcome::no)));
                });
        wait.onStarted(waiting);
        reply.onCancel(waiting::giveUp);
    }

    private Outcome<FetchResponse> response(FetchRequest request, TopicPartition partition, Fetched fetched) {
        FetchResponse.Builder response = FetchResponse.newBuilder()
                .setTopicId(partition.topicId())
                .setNextOffset(fetched.nextOffset())
                .setHighWatermark(fetched.highWatermark())
                .setLogStartOffset(fetched.logStartOffset())
                .setLeaderEpoch(fetched.leaderEpoch());
        if (request.getFormat() == FetchFormat.FETCH_FORMAT_BATCH) {
            // Read-only by contract, so gRPC may send from it.
            return Outcome.ok(response.setBatches(UnsafeByteOperations.unsafeWrap(fetched.batches()))
                    .build());
        }
        return FetchedRecords.decode(fetched, request.getOffset(), maxBytes(request), context.limits())
                .fold(
                        decoded -> Outcome.ok(response.addAllRecords(decoded.records())
                                .setNextOffset(decoded.nextOffset())
                                .build()),
                        Outcome::no);
    }

    private int maxBytes(FetchRequest request) {
        int asked = request.getMaxBytes() == 0 ? DEFAULT_MAX_BYTES : request.getMaxBytes();
        return Math.min(asked, context.limits().maxFetchBytes());
    }

    private Optional<Rejection> check(FetchRequest request) {
        int maxWaitMs = context.limits().maxFetchWaitMs();
        return new Fields()
                .topicName("topic", request.getTopic())
                .atLeast(0, "partition", request.getPartition())
                .atLeast(0, "offset", request.getOffset())
                .atLeast(0, "min_bytes", request.getMinBytes())
                .atLeast(0, "max_bytes", request.getMaxBytes())
                .require(
                        WireTime.isBetweenZeroAnd(Integer.MAX_VALUE, request.getMaxWait())
                                && WireTime.nanos(request.getMaxWait()) <= maxWaitMs * 1_000_000L,
                        "max_wait",
                        "is not a duration from 0 to " + maxWaitMs + " ms")
                .require(
                        request.getFormat() != FetchFormat.UNRECOGNIZED,
                        "format",
                        request.getFormatValue() + " is not one of RECORDS, BATCH")
                .rejection();
    }

    private static Optional<Rejection> check(ListOffsetsRequest request) {
        return new Fields()
                .topicName("topic", request.getTopic())
                .atLeast(0, "partition", request.getPartition())
                .require(
                        request.getPositionCase() != PositionCase.POSITION_NOT_SET,
                        "position",
                        "is none of earliest, latest, time")
                .require(WireTime.isValid(request.getTime()), "time", "is not a time from 1970 to 9999")
                .rejection();
    }

    private static Position position(ListOffsetsRequest request) {
        return switch (request.getPositionCase()) {
            case EARLIEST -> Position.EARLIEST;
            case LATEST -> Position.LATEST;
            case TIME -> Position.ofTime(WireTime.millisRoundedUp(request.getTime()));
            case POSITION_NOT_SET -> throw new IllegalArgumentException("the position was to be checked before");
        };
    }

    private static ListOffsetsResponse response(TopicPartition partition, FoundOffset found) {
        ListOffsetsResponse.Builder response = ListOffsetsResponse.newBuilder()
                .setOffset(found.offset())
                .setLeaderEpoch(found.leaderEpoch())
                .setTopicId(partition.topicId());
        if (found.timestampMs() >= 0) {
            response.setTimestamp(WireTime.timestamp(found.timestampMs()));
        }
        return response.build();
    }
}
