package io.millrace.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.JoinRequest;
import io.millrace.proto.v1.JoinResponse;
import io.millrace.proto.v1.MemberLeave;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One Join stream on the wire. Everything runs on the consumer's own thread, which gRPC is given as its executor. */
final class JoinStreamCall implements ClientResponseObserver<JoinRequest, JoinResponse> {
    private final long id;
    private final String endpoint;
    private final GroupMachine machine;
    private final LongConsumer onGone;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private @Nullable ClientCallStreamObserver<JoinRequest> requests;

    /** @param onGone told once nothing more comes of the stream */
    JoinStreamCall(long id, String endpoint, GroupMachine machine, LongConsumer onGone) {
        this.id = id;
        this.endpoint = endpoint;
        this.machine = machine;
        this.onGone = onGone;
    }

    JoinStreamCall open(Channel channel, Executor loop, JoinRequest first) {
        var unused = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(GroupServiceGrpc.getJoinMethod(), CallOptions.DEFAULT.withExecutor(loop)), this);
        send(first);
        return this;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<JoinRequest> stream) {
        requests = stream;
    }

    /** A few bytes, once a second: it needs no {@code isReady}. */
    void send(JoinRequest request) {
        if (requests != null) {
            requests.onNext(request);
        }
    }

    /** @return done once the coordinator has read it, or the stream has broken */
    CompletableFuture<Void> leave() {
        if (requests != null) {
            send(JoinRequest.newBuilder()
                    .setLeave(MemberLeave.getDefaultInstance())
                    .build());
            requests.onCompleted();
        }
        return ended;
    }

    void cancel() {
        if (requests != null) {
            requests.cancel("not needed any more", null);
        }
    }

    @Override
    public void onNext(JoinResponse response) {
        switch (response.getMessageCase()) {
            case ASSIGNMENT ->
                machine.onAssignment(
                        id,
                        response.getAssignment().getGeneration(),
                        OwnedPartition.of(response.getAssignment().getPartitionsList()),
                        System.nanoTime());
            case HEARD -> machine.onHeard(id, response.getHeard().getNumber());
            case END -> machine.onEnd(id, response.getEnd().getCoordinator().getEndpoint(), System.nanoTime());
            case MESSAGE_NOT_SET -> {
                // Of a later version of the API, and so nothing that this one has to know.
            }
        }
    }

    @Override
    public void onError(Throwable thrown) {
        end(StatusReader.read(thrown, endpoint, true));
    }

    @Override
    public void onCompleted() {
        end(MillraceException.withoutDetail(
                Kind.UNREACHABLE, Certainty.CERTAINTY_DEFINITE, endpoint + ": the broker ended the stream", null));
    }

    private void end(MillraceException failure) {
        onGone.accept(id);
        ended.complete(null);
        machine.onClosed(id, failure, System.nanoTime());
    }
}
