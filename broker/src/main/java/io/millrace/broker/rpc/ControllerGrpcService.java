package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.core.ErrorReason;
import io.millrace.proto.internal.v1.ControllerServiceGrpc;
import io.millrace.proto.internal.v1.ProposeIsrRequest;
import io.millrace.proto.internal.v1.ProposeIsrResponse;

/** Hands what other brokers ask of the controller to the one on this broker. */
final class ControllerGrpcService extends ControllerServiceGrpc.ControllerServiceImplBase {

    private final RpcContext context;
    private final ControllerRequests controller;
    private final ErrorMapping errors;

    ControllerGrpcService(RpcContext context, ControllerRequests controller, ErrorMapping errors) {
        this.context = context;
        this.controller = controller;
        this.errors = errors;
    }

    @Override
    public void proposeIsr(ProposeIsrRequest request, StreamObserver<ProposeIsrResponse> observer) {
        Reply<ProposeIsrResponse> reply = new Reply<>(observer, errors);
        String clusterId = context.image().get().clusterId();
        if (!request.getClusterId().equals(clusterId)) {
            reply.refuse(Rejection.of(
                    ErrorReason.INVALID_REQUEST,
                    "cluster_id: '" + request.getClusterId() + "' is not this cluster's, '" + clusterId + "'"));
            return;
        }
        controller.proposeIsr(
                ControllerMessages.proposal(request), verdict -> reply.ok(ControllerMessages.message(verdict)));
    }
}
