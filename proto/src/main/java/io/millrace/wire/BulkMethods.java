package io.millrace.wire;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;

/** Binds the methods that carry batches so that these are copied as seldom as can be. */
public final class BulkMethods {
    private BulkMethods() {}

    /** The same method for a caller. */
    public static <Q extends Message, R extends Message> MethodDescriptor<Q, R> of(MethodDescriptor<Q, R> method) {
        return rebound(method);
    }

    /** The same service, all of whose methods read that way. */
    public static ServerServiceDefinition of(ServerServiceDefinition service) {
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
                        service.getServiceDescriptor().getName())
                .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
        for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
            ServerMethodDefinition<?, ?> bound = rebound(method);
            methods.add(bound);
            descriptor.addMethod(bound.getMethodDescriptor());
        }
        ServerServiceDefinition.Builder all = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(all::addMethod);
        return all.build();
    }

    private static <Q, R> ServerMethodDefinition<Q, R> rebound(ServerMethodDefinition<Q, R> method) {
        return ServerMethodDefinition.create(rebound(method.getMethodDescriptor()), method.getServerCallHandler());
    }

    private static <Q, R> MethodDescriptor<Q, R> rebound(MethodDescriptor<Q, R> method) {
        return method.toBuilder(bulk(method.getRequestMarshaller()), bulk(method.getResponseMarshaller()))
                .build();
    }

    @SuppressWarnings("unchecked") // protobuf's marshallers are of messages, and keep their type
    private static <T> Marshaller<T> bulk(Marshaller<T> plain) {
        Message prototype = (Message) ((PrototypeMarshaller<T>) plain).getMessagePrototype();
        return (Marshaller<T>) new BulkMarshaller<>(prototype);
    }
}
