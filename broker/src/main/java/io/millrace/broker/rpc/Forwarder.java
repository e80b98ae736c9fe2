package io.millrace.broker.rpc;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Refusal;
import java.util.concurrent.TimeUnit;

/**
 * Passes a client's call on to the broker that can answer it, and the answer back as it is. The caller's deadline and its
 * cancellation go along by gRPC's context.
 */
final class Forwarder {

    // For callers without a deadline: longer than the longest wait that a request can ask for.
    private static final int LONGEST_CALL_S = 3700;

    private final RpcContext context;
    private final PeerChannels channels;

    Forwarder(RpcContext context, PeerChannels channels) {
        this.context = context;
        this.channels = channels;
    }

    /** Where a call goes. */
    record Destination(BrokerIncarnation broker, String endpoint) {}

    /** Whether a call changes anything, so that it matters whether it arrived. */
    enum Effect {
        READ,
        WRITE
    }

    <Q, R> void forward(
            MethodDescriptor<Q, R> method, Q request, Effect effect, Destination destination, Reply<R> reply) {
        SentTracer sent = new SentTracer();
        CallOptions options = CallOptions.DEFAULT.withStreamTracerFactory(sent);
        if (Context.current().getDeadline() == null) {
            options = options.withDeadlineAfter(LONGEST_CALL_S, TimeUnit.SECONDS);
        }
        ManagedChannel channel = channels.calls(destination.broker(), destination.endpoint());
        ClientCalls.asyncUnaryCall(
                MetadataUtils.newAttachHeadersInterceptor(headers()).interceptCall(method, options, channel),
                request,
                new Relay<>(reply, error -> failure(error, effect, destination, sent.isSent())));
    }

    private Metadata headers() {
        Metadata headers = new Metadata();
        context.self().get().ifPresent(me -> headers.put(CallOrigin.HEADER, Integer.toString(me.id())));
        return headers;
    }

    private static Refusal failure(Status error, Effect effect, Destination destination, boolean isSent) {
        String peer = "broker " + destination.broker().id();
        if (!isSent) {
            return Refusal.definite(
                    ErrorReason.FORWARDING_FAILED, "The call could not be passed on: " + peer + " cannot be reached");
        }
        String message = "The call was passed on to " + peer + " and its answer was lost (" + error.getCode() + ")";
        return switch (effect) {
            case READ -> Refusal.definite(ErrorReason.FORWARDING_FAILED, message);
            case WRITE -> Refusal.indeterminate(ErrorReason.FORWARDING_FAILED, message);
        };
    }

    /** Takes what a transport failure means. */
    private interface FailureText {
        Refusal refusal(Status error);
    }

    private record Relay<R>(Reply<R> reply, FailureText failure) implements StreamObserver<R> {
        @Override
        public void onNext(R answer) {
            reply.ok(answer);
        }

        @Override
        public void onError(Throwable error) {
            Status status = Status.fromThrowable(error);
            PeerErrors.details(error)
                    .ifPresentOrElse(
                            details -> reply.relay(new StatusRuntimeException(status, details)),
                            () -> reply.refuse(failure.refusal(status)));
        }

        @Override
        public void onCompleted() {
            // The answer was the message.
        }
    }
}
