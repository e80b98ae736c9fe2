package io.millrace.broker.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.millrace.broker.core.ErrorReason;

/** Refuses every call until the broker knows which incarnation it is: before that it cannot answer truthfully. */
final class ReadyInterceptor implements ServerInterceptor {

    private final RpcContext context;
    private final ErrorMapping errors;

    ReadyInterceptor(RpcContext context, ErrorMapping errors) {
        this.context = context;
        this.errors = errors;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (context.self().get().isPresent()) {
            return next.startCall(call, headers);
        }
        errors.close(call, Rejection.of(ErrorReason.BROKER_NOT_READY, "This broker is starting"));
        return new ServerCall.Listener<>() {};
    }
}
