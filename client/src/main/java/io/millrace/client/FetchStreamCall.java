package io.millrace.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.FetchCredit;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchStreamEnd;
import io.millrace.proto.v1.FetchStreamOpen;
import io.millrace.proto.v1.FetchStreamRequest;
import io.millrace.proto.v1.FetchStreamResponse;
import io.millrace.wire.BulkMethods;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One FetchStream on the wire. Everything runs on the consumer's own thread, which gRPC is given as its executor. */
final class FetchStreamCall implements ClientResponseObserver<FetchStreamRequest, FetchStreamResponse> {
    private static final MethodDescriptor<FetchStreamRequest, FetchStreamResponse> FETCH_STREAM =
            BulkMethods.of(ConsumerServiceGrpc.getFetchStreamMethod());

    private final long id;
    private final String endpoint;
    private final FetchMachine machine;
    private final LongConsumer onGone;
    private @Nullable ClientCallStreamObserver<FetchStreamRequest> requests;

    /** @param onGone told once nothing more comes of the stream */
    FetchStreamCall(long id, String endpoint, FetchMachine machine, LongConsumer onGone) {
        this.id = id;
        this.endpoint = endpoint;
        this.machine = machine;
        this.onGone = onGone;
    }

    FetchStreamCall open(Channel channel, Executor loop, TopicPartition partition, long offset, int maxBytes) {
        var unused = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(FETCH_STREAM, CallOptions.DEFAULT.withExecutor(loop)), this);
        send(FetchStreamRequest.newBuilder()
                .setOpen(FetchStreamOpen.newBuilder()
                        .setTopic(partition.topic())
                        .setPartition(partition.partition())
                        .setOffset(offset)
                        .setFormat(FetchFormat.FETCH_FORMAT_BATCH)
                        .setMaxBytes(maxBytes))
                .build());
        return this;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<FetchStreamRequest> stream) {
        requests = stream;
    }

    /** A few bytes, and no more often than the broker has sent half of the last one: it needs no {@code isReady}. */
    void credit(long records, long bytes) {
        send(FetchStreamRequest.newBuilder()
                .setCredit(FetchCredit.newBuilder().setRecords(records).setBytes(bytes))
                .build());
    }

    private void send(FetchStreamRequest request) {
        if (requests != null) {
            requests.onNext(request);
        }
    }

    void cancel() {
        if (requests != null) {
            requests.cancel("not needed any more", null);
        }
    }

    @Override
    public void onNext(FetchStreamResponse response) {
        switch (response.getMessageCase()) {
            case FETCHED -> machine.onFetched(id, response.getFetched(), System.nanoTime());
            case HEARTBEAT -> machine.onHeartbeat(id, System.nanoTime());
            case END -> {
                FetchStreamEnd end = response.getEnd();
                machine.onEnd(id, end.hasLeader() ? end.getLeader() : null, System.nanoTime());
            }
            case MESSAGE_NOT_SET -> {
                // Of a later version of the API, and so nothing that this one has to know.
            }
        }
    }

    @Override
    public void onError(Throwable thrown) {
        onGone.accept(id);
        machine.onClosed(id, StatusReader.read(thrown, endpoint, true), System.nanoTime());
    }

    @Override
    public void onCompleted() {
        onGone.accept(id);
        machine.onClosed(
                id,
                MillraceException.withoutDetail(
                        Kind.UNREACHABLE,
                        Certainty.CERTAINTY_DEFINITE,
                        endpoint + ": the broker ended the stream",
                        null),
                System.nanoTime());
    }
}
