package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.proto.internal.v1.AnnounceStopRequest;
import io.millrace.proto.internal.v1.AnnounceStopResponse;
import io.millrace.proto.internal.v1.ControllerServiceGrpc;
import io.millrace.proto.internal.v1.ProposeIsrRequest;
import io.millrace.proto.internal.v1.ProposeIsrResponse;
import java.util.Optional;

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
        if (isOfThisCluster(request.getClusterId(), reply)) {
            controller.proposeIsr(
                    ControllerMessages.proposal(request), verdict -> reply.ok(ControllerMessages.message(verdict)));
        }
    }

    @Override
    public void announceStop(AnnounceStopRequest request, StreamObserver<AnnounceStopResponse> observer) {
        Reply<AnnounceStopResponse> reply = new Reply<>(observer, errors);
        if (isOfThisCluster(request.getClusterId(), reply)) {
            controller.announceStop(
                    new BrokerIncarnation(request.getBrokerId(), request.getBrokerEpoch()),
                    outcome -> reply.ok(ControllerMessages.message(outcome)));
        }
    }

    private boolean isOfThisCluster(String named, Reply<?> reply) {
        Optional<Rejection> rejection =
                Rejection.otherCluster(named, context.image().get().clusterId());
        rejection.ifPresent(reply::refuse);
        return rejection.isEmpty();
    }
}
