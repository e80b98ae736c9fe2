package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.millrace.broker.controller.RecordedChunk;
import io.millrace.proto.internal.v1.StateServiceGrpc;
import io.millrace.proto.internal.v1.StateServiceGrpc.StateServiceBlockingStub;
import io.millrace.proto.internal.v1.TellRecordedRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BroadcastTest {

    private static final List<RecordedChunk> CHUNKS =
            List.of(new RecordedChunk("/topics/t/state/0", "{}"), new RecordedChunk("/topics/u/state/1", "{\"a\":1}"));

    private RpcBroker controller;
    private RpcBroker other;

    @BeforeEach
    void start() throws Exception {
        controller = new RpcBroker(1);
        other = new RpcBroker(2);
        other.image = Clusters.image(List.of(controller.asImage(), other.asImage()), 1);
        controller.image = other.image;
    }

    @AfterEach
    void stop() {
        other.close();
        controller.close();
    }

    @Test
    void whatAControllerHasRecordedArrivesAsItWas() {
        new GrpcBroadcast(other.image.clusterId(), controller.peers).tell(other.asImage(), CHUNKS);

        await().untilAsserted(() -> assertThat(other.recorded).containsExactlyElementsOf(CHUNKS));
    }

    @Test
    void anotherClustersStateAndWhatIsNoPathAreRefused() {
        StateServiceBlockingStub stub = StateServiceGrpc.newBlockingStub(
                controller.peers.calls(other.asImage().incarnation(), "127.0.0.1:" + other.ports.internal()));

        assertThatThrownBy(() -> stub.tellRecorded(
                        TellRecordedRequest.newBuilder().setClusterId("another").build()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("cluster_id");
        assertThatThrownBy(() -> stub.tellRecorded(TellRecordedRequest.newBuilder()
                        .setClusterId(other.image.clusterId())
                        .addChunks(io.millrace.proto.internal.v1.RecordedChunk.getDefaultInstance())
                        .build()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("path");
        assertThat(other.recorded).isEmpty();
    }
}
