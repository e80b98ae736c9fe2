package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.controller.Broadcast;
import io.millrace.broker.controller.RecordedChunk;
import io.millrace.broker.core.BrokerImage;
import io.millrace.proto.internal.v1.StateServiceGrpc;
import io.millrace.proto.internal.v1.TellRecordedRequest;
import io.millrace.proto.internal.v1.TellRecordedResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call for each broker and news. Whom it does not reach hears of it by its watch. */
public final class GrpcBroadcast implements Broadcast {

    private static final Logger LOG = LoggerFactory.getLogger(GrpcBroadcast.class);
    private static final int DEADLINE_S = 1;

    private final String clusterId;
    private final PeerChannels channels;

    public GrpcBroadcast(String clusterId, PeerChannels channels) {
        this.clusterId = clusterId;
        this.channels = channels;
    }

    @Override
    public void tell(BrokerImage to, List<RecordedChunk> chunks) {
        String endpoint = to.endpoints().get(BrokerImage.INTERNAL_LISTENER);
        if (endpoint == null) {
            return;
        }
        TellRecordedRequest.Builder request = TellRecordedRequest.newBuilder().setClusterId(clusterId);
        chunks.forEach(chunk -> request.addChunks(io.millrace.proto.internal.v1.RecordedChunk.newBuilder()
                .setPath(chunk.path())
                .setData(chunk.data())));
        StateServiceGrpc.newStub(channels.calls(to.incarnation(), endpoint))
                .withDeadlineAfter(DEADLINE_S, TimeUnit.SECONDS)
                .tellRecorded(request.build(), new Told(to));
    }

    private record Told(BrokerImage to) implements StreamObserver<TellRecordedResponse> {
        @Override
        public void onNext(TellRecordedResponse response) {
            // Says nothing but that it has arrived.
        }

        @Override
        public void onError(Throwable error) {
            LOG.debug("{} has to hear by its watch: {}", to.incarnation(), error.getMessage());
        }

        @Override
        public void onCompleted() {
            // As above.
        }
    }
}
