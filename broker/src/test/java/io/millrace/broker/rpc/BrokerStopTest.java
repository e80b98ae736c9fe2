package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.group.Coordination;
import io.millrace.broker.runtime.ThreadedEventLoop;
import io.millrace.broker.server.Broker;
import io.millrace.broker.server.ConfigLoader;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.memory.InMemoryCoordinator;
import io.millrace.coordinator.memory.InMemoryTree;
import io.millrace.coordinator.tree.Paths;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.JoinRequest;
import io.millrace.proto.v1.JoinResponse;
import io.millrace.proto.v1.LeaderHint;
import io.millrace.proto.v1.MemberOpen;
import io.millrace.proto.v1.MetadataServiceGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two whole brokers, of which one stops. */
class BrokerStopTest {
    private static final String GROUP = "g";

    private final ThreadedEventLoop coordination = new ThreadedEventLoop("coordination", (where, why) -> {});
    private final InMemoryTree tree = new InMemoryTree();

    @AfterEach
    void end() {
        coordination.close();
    }

    /** Before that the other one would send it back. */
    @Test
    void aMemberIsSentOnWhenTheRegistrationIsGoneAndToWhoCoordinatesThen(@TempDir Path directory) throws Exception {
        Broker one = start(1, directory);
        Broker two = start(2, directory);
        boolean isOne = Coordination.coordinator(GROUP, List.of(1, 2)).orElseThrow() == 1;
        Broker stopping = isOne ? one : two;
        Broker staying = isOne ? two : one;
        ManagedChannel channel = channelTo(stopping);
        await().ignoreExceptions()
                .until(() -> MetadataServiceGrpc.newBlockingStub(channel)
                                .getMetadata(GetMetadataRequest.getDefaultInstance())
                                .getBrokersCount()
                        == 2);
        Member member = new Member(
                tree.connect(coordination),
                Paths.live(stopping.incarnation().id(), stopping.incarnation().epoch()));
        GroupServiceGrpc.newStub(channel).join(member).onNext(open());
        member.joined.get(10, TimeUnit.SECONDS);

        stopping.close();

        LeaderHint hint = member.end.get(10, TimeUnit.SECONDS);
        assertThat(hint.getEndpoint()).isEqualTo(staying.clientEndpoint().toString());
        assertThat(member.registration.get(10, TimeUnit.SECONDS)).isEmpty();
        channel.shutdownNow();
        staying.close();
    }

    private Broker start(int id, Path directory) throws Exception {
        Path config = directory.resolve("broker-" + id + ".yaml");
        Files.writeString(config, """
                broker: {id: %d, dataDir: %s}
                listeners: {client: {bind: "127.0.0.1:0"}, internal: {bind: "127.0.0.1:0"}}
                zookeeper: {connect: "127.0.0.1:1"}
                log: {minFreeBytes: 0}
                """.formatted(id, directory.resolve("data-" + id)));
        return Broker.start(
                new ConfigLoader(Map.of(), 1, 256 << 20).load(config),
                tree.connect(coordination),
                (where, fault) -> {},
                "test");
    }

    private static ManagedChannel channelTo(Broker broker) {
        return NettyChannelBuilder.forAddress(
                        "127.0.0.1", broker.clientEndpoint().port())
                .usePlaintext()
                .build();
    }

    private static JoinRequest open() {
        return JoinRequest.newBuilder()
                .setOpen(
                        MemberOpen.newBuilder().setGroup(GROUP).setMemberId("m").addTopics("later"))
                .build();
    }

    /** Looks whether the broker is registered at the very moment in which it is sent on. */
    private static final class Member implements StreamObserver<JoinResponse> {
        final CompletableFuture<Void> joined = new CompletableFuture<>();
        final CompletableFuture<LeaderHint> end = new CompletableFuture<>();
        final CompletableFuture<Optional<Node>> registration = new CompletableFuture<>();
        private final InMemoryCoordinator reader;
        private final String path;

        Member(InMemoryCoordinator reader, String path) {
            this.reader = reader;
            this.path = path;
        }

        @Override
        public void onNext(JoinResponse response) {
            if (response.hasEnd()) {
                reader.read(path).whenComplete((found, failure) -> registration.complete(found));
                end.complete(response.getEnd().getCoordinator());
            } else if (response.hasAssignment()) {
                joined.complete(null);
            }
        }

        @Override
        public void onError(Throwable failure) {
            joined.completeExceptionally(failure);
            end.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {}
    }
}
