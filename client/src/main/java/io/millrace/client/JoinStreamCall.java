package io.millrace.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.CommitAnswer;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.JoinRequest;
import io.millrace.proto.v1.JoinResponse;
import io.millrace.proto.v1.MemberCommit;
import io.millrace.proto.v1.MemberLeave;
import io.millrace.proto.v1.StreamError;
import java.util.HashMap;
import java.util.Map;
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
    /** By number: what was sent and not answered. */
    private final Map<Long, CompletableFuture<Void>> commits = new HashMap<>();

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

    /** A few bytes, once a second, and one commit at a time: it needs no {@code isReady}. */
    void send(JoinRequest request) {
        if (requests != null) {
            requests.onNext(request);
        }
    }

    /** @return fails where it is refused, and where the stream ends before the answer */
    CompletableFuture<Void> commit(MemberCommit commit) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        commits.put(commit.getNumber(), answer);
        send(JoinRequest.newBuilder().setCommit(commit).build());
        return answer;
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
            case COMMITTED -> onCommitted(response.getCommitted());
            case END -> machine.onEnd(id, response.getEnd().getCoordinator().getEndpoint(), System.nanoTime());
            case MESSAGE_NOT_SET -> {
                // Of a later version of the API, and so nothing that this one has to know.
            }
        }
    }

    private void onCommitted(CommitAnswer answer) {
        CompletableFuture<Void> commit = commits.remove(answer.getNumber());
        if (commit != null && answer.hasError()) {
            commit.completeExceptionally(
                    new MillraceException(Kind.REFUSED, answer.getError().getDetail(), words(answer.getError()), null));
        } else if (commit != null) {
            commit.complete(null);
        }
    }

    private String words(StreamError error) {
        return endpoint + ": " + error.getMessage();
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
        commits.values().forEach(commit -> commit.completeExceptionally(failure));
        commits.clear();
        ended.complete(null);
        machine.onClosed(id, failure, System.nanoTime());
    }
}
