package io.millrace.broker.rpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.replication.FollowerStreams;
import io.millrace.broker.replication.FollowerStreams.Admission;
import io.millrace.broker.replication.FollowerStreams.Session;
import io.millrace.broker.replication.Hello;
import io.millrace.broker.replication.LeaderMessage;
import io.millrace.proto.internal.v1.ReplicateRequest;
import io.millrace.proto.internal.v1.ReplicateResponse;
import io.millrace.proto.internal.v1.ReplicationServiceGrpc;
import org.jspecify.annotations.Nullable;

/** The leader's side of replication streams. */
final class ReplicationGrpcService extends ReplicationServiceGrpc.ReplicationServiceImplBase {

    // Beyond gRPC's 32 KiB, with which a message of usual size would stop the stream until it has left.
    private static final int READY_THRESHOLD_BYTES = 1024 * 1024;

    private final FollowerStreams followers;

    ReplicationGrpcService(FollowerStreams followers) {
        this.followers = followers;
    }

    @Override
    public StreamObserver<ReplicateRequest> replicate(StreamObserver<ReplicateResponse> responses) {
        ServerCallStreamObserver<ReplicateResponse> out = (ServerCallStreamObserver<ReplicateResponse>) responses;
        out.setOnReadyThreshold(READY_THRESHOLD_BYTES);
        Inbound inbound = new Inbound(out);
        out.setOnReadyHandler(inbound::onReady);
        out.setOnCloseHandler(inbound::onEnded);
        out.setOnCancelHandler(inbound::onEnded);
        return inbound;
    }

    /** Hears one follower, always on the connection's thread. */
    private final class Inbound implements StreamObserver<ReplicateRequest> {
        private final GrpcPeerStream<LeaderMessage, ReplicateResponse> out;
        private @Nullable Session session;

        Inbound(ServerCallStreamObserver<ReplicateResponse> observer) {
            this.out = new GrpcPeerStream<>(
                    observer,
                    LeaderMessages::message,
                    why -> observer.onError(Status.ABORTED.withDescription(why).asRuntimeException()));
        }

        @Override
        public void onNext(ReplicateRequest message) {
            Session current = session;
            if (current != null) {
                FollowerMessages.value(message)
                        .ifPresentOrElse(
                                current::onMessage,
                                () -> out.close("a message that has no place here: " + kind(message)));
            } else if (message.hasHello()) {
                admit(FollowerMessages.hello(message.getHello()));
            } else {
                out.close("the first message has to be hello, not " + kind(message));
            }
        }

        @Override
        public void onError(Throwable cancelled) {
            // The cancel handler hears it too.
        }

        @Override
        public void onCompleted() {
            out.close("the follower has left");
        }

        void onReady() {
            if (session != null) {
                session.onReady();
            }
        }

        void onEnded() {
            out.onEnded();
            Session ended = session;
            session = null;
            if (ended != null) {
                ended.onClosed();
            }
        }

        private void admit(Hello hello) {
            Admission admission = followers.admit(hello, out);
            if (admission instanceof Admission.Admitted admitted) {
                session = admitted.session();
                BrokerIncarnation me = hello.leader();
                out.open(LeaderMessages.welcome(me));
            } else if (admission instanceof Admission.Rejected rejected) {
                out.close(rejected.why());
            }
        }
    }

    private static String kind(ReplicateRequest message) {
        return message.getMessageCase().toString();
    }
}
