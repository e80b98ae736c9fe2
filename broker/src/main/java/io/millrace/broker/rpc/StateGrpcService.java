package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.controller.BroadcastReceiver;
import io.millrace.broker.controller.RecordedChunk;
import io.millrace.broker.core.ErrorReason;
import io.millrace.proto.internal.v1.StateServiceGrpc;
import io.millrace.proto.internal.v1.TellRecordedRequest;
import io.millrace.proto.internal.v1.TellRecordedResponse;
import java.util.Optional;

/** Hands on what the controller tells of the state that it has recorded. */
final class StateGrpcService extends StateServiceGrpc.StateServiceImplBase {

    private final RpcContext context;
    private final BroadcastReceiver receiver;
    private final ErrorMapping errors;

    StateGrpcService(RpcContext context, BroadcastReceiver receiver, ErrorMapping errors) {
        this.context = context;
        this.receiver = receiver;
        this.errors = errors;
    }

    @Override
    public void tellRecorded(TellRecordedRequest request, StreamObserver<TellRecordedResponse> observer) {
        Reply<TellRecordedResponse> reply = new Reply<>(observer, errors);
        Optional<Rejection> rejection = Rejection.otherCluster(
                request.getClusterId(), context.image().get().clusterId());
        if (rejection.isPresent()) {
            reply.refuse(rejection.get());
            return;
        }
        if (request.getChunksList().stream().anyMatch(chunk -> !chunk.getPath().startsWith("/"))) {
            reply.refuse(Rejection.of(ErrorReason.INVALID_REQUEST, "chunks: a path begins with '/'"));
            return;
        }
        receiver.onRecorded(request.getChunksList().stream()
                .map(chunk -> new RecordedChunk(chunk.getPath(), chunk.getData()))
                .toList());
        reply.ok(TellRecordedResponse.getDefaultInstance());
    }
}
