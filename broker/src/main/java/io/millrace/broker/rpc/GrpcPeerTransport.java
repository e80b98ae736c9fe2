package io.millrace.broker.rpc;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.millrace.broker.replication.FollowerMessage;
import io.millrace.broker.replication.Hello;
import io.millrace.broker.replication.PeerStream;
import io.millrace.broker.replication.PeerTransport;
import io.millrace.proto.internal.v1.ReplicateRequest;
import io.millrace.proto.internal.v1.ReplicateResponse;
import io.millrace.proto.internal.v1.ReplicationServiceGrpc;
import io.millrace.wire.BulkMethods;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The follower's side of replication streams. */
public final class GrpcPeerTransport implements PeerTransport {

    private static final MethodDescriptor<ReplicateRequest, ReplicateResponse> REPLICATE =
            BulkMethods.of(ReplicationServiceGrpc.getReplicateMethod());

    private final PeerChannels channels;

    public GrpcPeerTransport(PeerChannels channels) {
        this.channels = channels;
    }

    @Override
    public PeerStream<FollowerMessage> connect(String endpoint, Hello hello, Listener listener) {
        Inbound inbound = new Inbound(hello, listener);
        // A stream outlives whatever call led to it.
        Context.ROOT.run(() -> ClientCalls.asyncBidiStreamingCall(
                channels.replication(hello.leader(), endpoint).newCall(REPLICATE, CallOptions.DEFAULT), inbound));
        GrpcPeerStream<FollowerMessage, ReplicateRequest> stream = inbound.stream();
        stream.open(FollowerMessages.message(hello));
        return stream;
    }

    /** Hears one leader, always one call at a time. */
    private static final class Inbound implements ClientResponseObserver<ReplicateRequest, ReplicateResponse> {
        private final Hello hello;
        private final Listener listener;
        private @Nullable GrpcPeerStream<FollowerMessage, ReplicateRequest> stream;
        private boolean isWelcome;
        private boolean isOver;

        Inbound(Hello hello, Listener listener) {
            this.hello = hello;
            this.listener = listener;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<ReplicateRequest> out) {
            stream = new GrpcPeerStream<>(out, FollowerMessages::message, why -> out.cancel(why, null));
        }

        GrpcPeerStream<FollowerMessage, ReplicateRequest> stream() {
            return Objects.requireNonNull(stream, "gRPC calls beforeStart while the call is made");
        }

        @Override
        public void onNext(ReplicateResponse message) {
            if (isOver) {
                return;
            }
            if (isWelcome) {
                LeaderMessages.value(message)
                        .ifPresentOrElse(
                                listener::onMessage,
                                () -> stream().close("a message that has no place here: " + message.getMessageCase()));
            } else if (message.hasWelcome()
                    && LeaderMessages.leader(message.getWelcome()).equals(hello.leader())) {
                isWelcome = true;
                listener.onConnected();
            } else {
                stream().close("not welcomed by " + hello.leader() + " but: " + message.getMessageCase());
            }
        }

        @Override
        public void onError(Throwable error) {
            Status status = Status.fromThrowable(error);
            String description = status.getDescription();
            onOver(description == null ? status.getCode().toString() : status.getCode() + ": " + description);
        }

        @Override
        public void onCompleted() {
            onOver("the leader has ended the stream");
        }

        private void onOver(String why) {
            if (!isOver) {
                isOver = true;
                stream().onEnded();
                listener.onClosed(why);
            }
        }
    }
}
