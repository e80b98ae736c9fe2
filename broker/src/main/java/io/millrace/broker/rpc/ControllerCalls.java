package io.millrace.broker.rpc;

import io.grpc.MethodDescriptor;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.rpc.Forwarder.Destination;
import io.millrace.broker.rpc.Forwarder.Effect;

/** Brings a call to the controller, here or elsewhere. */
final class ControllerCalls {

    private final RpcContext context;
    private final Forwarder forwarder;

    ControllerCalls(RpcContext context, Forwarder forwarder) {
        this.context = context;
        this.forwarder = forwarder;
    }

    /**
     * Runs {@code local} where this broker is the controller, or where another one took it for that: then it knows, or
     * refuses.
     */
    <Q, R> void dispatch(MethodDescriptor<Q, R> method, Q request, Effect effect, Reply<R> reply, Runnable local) {
        ClusterImage image = context.image().get();
        BrokerIncarnation controller = image.controller();
        String endpoint = image.controllerEndpoint();
        if (CallOrigin.isForwarded() || (controller != null && context.isSelf(controller.id()))) {
            local.run();
        } else if (controller == null || endpoint == null) {
            reply.refuse(Rejection.of(ErrorReason.CONTROLLER_NOT_AVAILABLE, "No controller is known at present"));
        } else {
            forwarder.forward(method, request, effect, new Destination(controller, endpoint), reply);
        }
    }
}
