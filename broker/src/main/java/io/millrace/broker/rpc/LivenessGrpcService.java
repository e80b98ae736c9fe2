package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.liveness.Beat;
import io.millrace.broker.liveness.BeatReceiver;
import io.millrace.proto.internal.v1.BeatRequest;
import io.millrace.proto.internal.v1.BeatResponse;
import io.millrace.proto.internal.v1.LivenessServiceGrpc;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hands on the beats of other brokers, and that they have ended. */
final class LivenessGrpcService extends LivenessServiceGrpc.LivenessServiceImplBase {

    private final RpcContext context;
    private final BeatReceiver receiver;
    private final ErrorMapping errors;

    LivenessGrpcService(RpcContext context, BeatReceiver receiver, ErrorMapping errors) {
        this.context = context;
        this.receiver = receiver;
        this.errors = errors;
    }

    @Override
    public StreamObserver<BeatRequest> beat(StreamObserver<BeatResponse> responses) {
        Reply<BeatResponse> reply = new Reply<>(responses, errors);
        Inbound inbound = new Inbound(reply);
        // How a killed process, or a cut connection, shows.
        reply.onCancel(inbound::onEnded);
        return inbound;
    }

    /** Hears one broker, always on the connection's thread. */
    private final class Inbound implements StreamObserver<BeatRequest> {
        private final Reply<BeatResponse> reply;
        private @Nullable BrokerIncarnation from;
        private boolean isRefused;

        Inbound(Reply<BeatResponse> reply) {
            this.reply = reply;
        }

        @Override
        public void onNext(BeatRequest message) {
            Optional<Rejection> rejection = Rejection.otherCluster(
                    message.getClusterId(), context.image().get().clusterId());
            if (rejection.isPresent()) {
                isRefused = true;
                reply.refuse(rejection.get());
                return;
            }
            Beat beat = BeatMessages.beat(message);
            from = beat.from();
            receiver.onBeat(beat);
        }

        @Override
        public void onError(Throwable cancelled) {
            onEnded();
        }

        @Override
        public void onCompleted() {
            if (!isRefused) {
                reply.ok(BeatResponse.getDefaultInstance());
            }
            onEnded();
        }

        void onEnded() {
            BrokerIncarnation was = from;
            from = null;
            if (was != null) {
                receiver.onEnded(was);
            }
        }
    }
}
