package io.millrace.broker.rpc;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.liveness.Beat;
import io.millrace.broker.liveness.Beats;
import io.millrace.proto.internal.v1.BeatRequest;
import io.millrace.proto.internal.v1.BeatResponse;
import io.millrace.proto.internal.v1.LivenessServiceGrpc;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Sends beats over gRPC. */
public final class GrpcBeats implements Beats {

    private final String clusterId;
    private final PeerChannels channels;

    public GrpcBeats(String clusterId, PeerChannels channels) {
        this.clusterId = clusterId;
        this.channels = channels;
    }

    @Override
    public Stream open(BrokerIncarnation to, String endpoint, Runnable onEnded) {
        Outbound outbound = new Outbound(onEnded);
        // A stream outlives whatever led to it.
        Context.ROOT.run(() -> ClientCalls.asyncClientStreamingCall(
                channels.beats(to, endpoint).newCall(LivenessServiceGrpc.getBeatMethod(), CallOptions.DEFAULT),
                outbound));
        return outbound;
    }

    /** One stream; gRPC tells of its end on a thread of Netty's. */
    private final class Outbound implements Stream, ClientResponseObserver<BeatRequest, BeatResponse> {
        private final Runnable onEnded;
        private final AtomicBoolean isOver = new AtomicBoolean();
        private @Nullable ClientCallStreamObserver<BeatRequest> out;

        Outbound(Runnable onEnded) {
            this.onEnded = onEnded;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<BeatRequest> stream) {
            out = stream;
        }

        @Override
        public void send(Beat beat) {
            if (!isOver.get() && out().isReady()) {
                out().onNext(BeatMessages.message(clusterId, beat));
            }
        }

        @Override
        public void close() {
            if (isOver.compareAndSet(false, true)) {
                out().cancel("this broker falls silent", null);
            }
        }

        @Override
        public void onNext(BeatResponse response) {
            // Comes with the end of the stream and says nothing.
        }

        @Override
        public void onError(Throwable error) {
            onOver();
        }

        @Override
        public void onCompleted() {
            onOver();
        }

        private void onOver() {
            if (isOver.compareAndSet(false, true)) {
                onEnded.run();
            }
        }

        private ClientCallStreamObserver<BeatRequest> out() {
            return Objects.requireNonNull(out, "gRPC calls beforeStart while the call is made");
        }
    }
}
