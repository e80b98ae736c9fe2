package io.millrace.broker.rpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what callers send, who may send anything. Bytes that are no message come out as null, for {@link CallGuard} to
 * answer: what is thrown here gRPC answers with UNKNOWN, and logs with its whole stack.
 */
final class RequestMarshaller<Q> implements Marshaller<Q> {

    private final Marshaller<Q> inner;

    private RequestMarshaller(Marshaller<Q> inner) {
        this.inner = inner;
    }

    /** The same service, with its requests read so. */
    static ServerServiceDefinition reading(ServerServiceDefinition service) {
        List<? extends ServerMethodDefinition<?, ?>> methods =
                service.getMethods().stream().map(RequestMarshaller::reading).toList();
        ServiceDescriptor before = service.getServiceDescriptor();
        ServiceDescriptor.Builder descriptor =
                ServiceDescriptor.newBuilder(before.getName()).setSchemaDescriptor(before.getSchemaDescriptor());
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder reading = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(reading::addMethod);
        return reading.build();
    }

    private static <Q, R> ServerMethodDefinition<Q, R> reading(ServerMethodDefinition<Q, R> method) {
        MethodDescriptor<Q, R> before = method.getMethodDescriptor();
        Marshaller<Q> requests = new RequestMarshaller<>(before.getRequestMarshaller());
        return ServerMethodDefinition.create(
                before.toBuilder(requests, before.getResponseMarshaller()).build(), method.getServerCallHandler());
    }

    @Override
    public InputStream stream(Q message) {
        return inner.stream(message);
    }

    @Override
    public @Nullable Q parse(InputStream stream) {
        try {
            return inner.parse(stream);
        } catch (StatusRuntimeException unreadable) {
            return null;
        }
    }
}
