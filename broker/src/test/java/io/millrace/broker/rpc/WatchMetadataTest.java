package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.millrace.broker.core.ClusterImage;
import io.millrace.proto.v1.Broker;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.StreamEndReason;
import io.millrace.proto.v1.Topic;
import io.millrace.proto.v1.WatchMetadataRequest;
import io.millrace.proto.v1.WatchMetadataResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchMetadataTest {

    private RpcBroker broker;
    private RpcBroker other;

    @BeforeEach
    void start() throws Exception {
        broker = new RpcBroker(1);
        other = new RpcBroker(2);
        broker.image = Clusters.image(List.of(broker.asImage(), other.asImage()), 1, 2);
    }

    @AfterEach
    void stop() {
        broker.close();
        other.close();
    }

    @Test
    void allOfItComesFirst() {
        WatchMetadataResponse first = watch().message(0);

        assertThat(first.getBrokersList()).extracting(Broker::getId).containsExactly(1, 2);
        assertThat(first.getTopicsList()).extracting(Topic::getName).containsExactly(Clusters.TOPIC);
        assertThat(first.getTopics(0).getPartitionsList())
                .extracting(Partition::getLeaderId)
                .containsExactly(1, 2);
    }

    @Test
    void thenWhatHasChangedAndNothingElse() {
        StreamCall<WatchMetadataRequest, WatchMetadataResponse> watch = watch();
        watch.message(0);

        broker.servers.onImage();
        change(Clusters.image(List.of(broker.asImage(), other.asImage()), 1, 1));
        change(Clusters.image(List.of(broker.asImage()), 1, 1));

        assertThat(watch.message(1).getTopics(0).getPartitions(1).getLeaderId()).isEqualTo(1);
        assertThat(watch.message(2).getTopicsCount()).isZero();
        assertThat(watch.message(2).getBrokersList()).extracting(Broker::getId).containsExactly(1);
        assertThat(watch.received)
                .extracting(WatchMetadataResponse::getMetadataVersion)
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void aTopicThatIsGoneIsNamed() {
        StreamCall<WatchMetadataRequest, WatchMetadataResponse> watch = watch();
        watch.message(0);

        change(ClusterImage.empty(Clusters.ID));

        assertThat(watch.message(1).getDeletedTopicsList()).containsExactly(Clusters.TOPIC);
        assertThat(watch.message(1).getTopicsCount()).isZero();
    }

    @Test
    void onlyWhatWasAskedForIsTold() {
        StreamCall<WatchMetadataRequest, WatchMetadataResponse> watch = watch("another");

        assertThat(watch.message(0).getTopicsCount()).isZero();
        assertThat(watch.message(0).getBrokersCount()).isEqualTo(2);
    }

    @Test
    void aNameThatCannotBeATopicIsRefused() {
        assertThat(watch("../x").awaitError().code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aBrokerThatStopsSendsItsWatchersAway() {
        StreamCall<WatchMetadataRequest, WatchMetadataResponse> watch = watch();
        watch.message(0);

        CompletableFuture<Void> stopping =
                CompletableFuture.runAsync(() -> broker.servers.drain(Duration.ofSeconds(20)));
        watch.awaitCompleted();
        stopping.join();

        assertThat(watch.message(1).getEnd()).isEqualTo(StreamEndReason.STREAM_END_REASON_DRAINING);
    }

    private void change(ClusterImage next) {
        broker.image = next;
        broker.servers.onImage();
    }

    private StreamCall<WatchMetadataRequest, WatchMetadataResponse> watch(String... topics) {
        StreamCall<WatchMetadataRequest, WatchMetadataResponse> call = new StreamCall<>(true);
        MetadataServiceGrpc.newStub(broker.client())
                .watchMetadata(
                        WatchMetadataRequest.newBuilder()
                                .addAllTopics(List.of(topics))
                                .build(),
                        call);
        return call;
    }
}
