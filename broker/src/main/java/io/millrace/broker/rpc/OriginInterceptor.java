package io.millrace.broker.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.millrace.broker.core.ErrorReason;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds the public services to their listeners: clients cannot pass for brokers, and what comes to the internal listener
 * is a call that another broker forwards. So a call is forwarded once at most.
 */
final class OriginInterceptor implements ServerInterceptor {

    /** Which listener this stands before. */
    enum Door {
        CLIENT,
        INTERNAL
    }

    private final Door door;
    private final ErrorMapping errors;

    OriginInterceptor(Door door, ErrorMapping errors) {
        this.door = door;
        this.errors = errors;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String forwardedBy = headers.get(CallOrigin.HEADER);
        Optional<String> problem = problem(forwardedBy == null ? "" : forwardedBy);
        if (problem.isPresent()) {
            errors.close(call, Rejection.of(ErrorReason.INVALID_REQUEST, problem.get()));
            return new ServerCall.Listener<>() {};
        }
        Context context = Context.current()
                .withValue(CallOrigin.IS_FORWARDED, door == Door.INTERNAL)
                .withValue(CallOrigin.PEER, peer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
        return Contexts.interceptCall(context, call, headers, next);
    }

    private static String peer(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : String.valueOf(address);
    }

    /** @param forwardedBy empty where the header is absent */
    private Optional<String> problem(String forwardedBy) {
        return switch (door) {
            case CLIENT ->
                forwardedBy.isEmpty()
                        ? Optional.empty()
                        : Optional.of(CallOrigin.HEADER.name() + ": only brokers may send this header");
            case INTERNAL ->
                forwardedBy.matches("\\d{1,7}")
                        ? Optional.empty()
                        : Optional.of(
                                CallOrigin.HEADER.name() + ": must name the broker that forwards the call; clients use"
                                        + " the client listener");
        };
    }
}
