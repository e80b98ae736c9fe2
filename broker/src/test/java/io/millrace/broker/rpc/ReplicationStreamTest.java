package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.FollowerMessage;
import io.millrace.broker.replication.Hello;
import io.millrace.broker.replication.LeaderMessage;
import io.millrace.broker.replication.PeerStream;
import io.millrace.broker.replication.PeerTransport;
import io.millrace.proto.internal.v1.AckPartition;
import io.millrace.proto.internal.v1.ReplicateRequest;
import io.millrace.proto.internal.v1.ReplicateResponse;
import io.millrace.proto.internal.v1.ReplicationServiceGrpc;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplicationStreamTest {

    private static final TopicPartition PARTITION = Clusters.partition(3);
    private static final Hello HELLO = new Hello(Clusters.ID, Clusters.incarnation(2), Clusters.incarnation(1));

    private final Follower heard = new Follower();
    private RpcBroker leader;
    private RpcBroker follower;
    private GrpcPeerTransport transport;

    @BeforeEach
    void start() throws Exception {
        leader = new RpcBroker(1);
        follower = new RpcBroker(2);
        transport = new GrpcPeerTransport(follower.peers);
    }

    @AfterEach
    void stop() {
        follower.close();
        leader.close();
    }

    @Test
    void everyMessageOfAFollowerArrivesAsItWasInOrder() {
        List<FollowerMessage> all = List.of(
                new FollowerMessage.Open(PARTITION, 5, -1, 0, 0, false),
                new FollowerMessage.Open(PARTITION, 6, 5, Long.MAX_VALUE, 17, true),
                new FollowerMessage.Ack(PARTITION, 6, 20, 19, false),
                new FollowerMessage.Ack(PARTITION, 6, 20, 20, true),
                new FollowerMessage.Close(PARTITION, 6));
        PeerStream<FollowerMessage> stream = connect();

        all.forEach(stream::send);

        await().untilAsserted(() -> assertThat(leader.followers.heard).containsExactlyElementsOf(all));
        assertThat(leader.followers.hello).isCompletedWithValue(HELLO);
    }

    @Test
    void everyMessageOfALeaderArrivesAsItWasInOrder() throws Exception {
        List<LeaderMessage> all = new ArrayList<>(List.of(
                new LeaderMessage.Opened(PARTITION, 5, 3, 9),
                new LeaderMessage.Diverging(PARTITION, 5, 4, 8),
                new LeaderMessage.Data(
                        PARTITION, 5, 3, 9, Requests.bytes("batches").asReadOnlyBuffer()),
                new LeaderMessage.Data(PARTITION, 5, 3, 10, ByteBuffer.allocate(0))));
        for (LeaderMessage.Reason reason : LeaderMessage.Reason.values()) {
            all.add(new LeaderMessage.Refused(PARTITION, 5, reason, -1));
        }
        connect();
        PeerStream<LeaderMessage> out = leader.followers.out.get(30, TimeUnit.SECONDS);

        all.forEach(out::send);

        await().untilAsserted(() -> assertThat(heard.messages).containsExactlyElementsOf(all));
        assertThat(heard.connected).hasValue(1);
    }

    @Test
    void whatALeaderSaysWhileItAdmitsComesAfterTheWelcome() {
        LeaderMessage early = new LeaderMessage.Opened(PARTITION, 5, 3, 9);
        leader.followers.onAdmit = out -> out.send(early);

        connect();

        await().untilAsserted(() -> assertThat(heard.messages).containsExactly(early));
        assertThat(heard.connectedBeforeFirst).isTrue();
    }

    @Test
    void aRejectedFollowerHearsWhy() throws Exception {
        leader.followers.rejection = "of another cluster";

        connect();

        assertThat(heard.closed.get(30, TimeUnit.SECONDS)).contains("of another cluster");
        assertThat(heard.connected).hasValue(0);
    }

    @Test
    void aLeaderThatClosesTellsWhyAndHearsTheEndOnce() throws Exception {
        connect();
        PeerStream<LeaderMessage> out = leader.followers.out.get(30, TimeUnit.SECONDS);

        out.close("resigned");
        out.close("again");
        out.send(new LeaderMessage.Opened(PARTITION, 5, 3, 9));

        assertThat(heard.closed.get(30, TimeUnit.SECONDS)).contains("resigned");
        await().untilAsserted(() -> assertThat(leader.followers.closed).hasValue(1));
        assertThat(heard.messages).isEmpty();
    }

    @Test
    void aFollowerThatClosesEndsTheStreamOnBothSidesOnce() throws Exception {
        PeerStream<FollowerMessage> stream = connect();
        leader.followers.out.get(30, TimeUnit.SECONDS);

        stream.close("done");
        stream.close("again");
        stream.send(new FollowerMessage.Close(PARTITION, 6));

        assertThat(heard.closed.get(30, TimeUnit.SECONDS)).contains("done");
        await().untilAsserted(() -> assertThat(leader.followers.closed).hasValue(1));
        assertThat(heard.closings).hasValue(1);
    }

    @Test
    void aLeaderThatCannotBeReachedIsHeardAsClosed() throws Exception {
        leader.servers.close();

        connect();

        assertThat(heard.closed.get(30, TimeUnit.SECONDS)).contains("UNAVAILABLE");
        assertThat(heard.connected).hasValue(0);
    }

    @Test
    void anAddressThatIsNoneCannotBeReachedAndHarmsNobody() throws Exception {
        transport.connect("no address", HELLO, heard);

        assertThat(heard.closed.get(30, TimeUnit.SECONDS)).contains("UNAVAILABLE");
    }

    @Test
    void aLeaderThatDiesEndsTheStream() throws Exception {
        connect();
        await().untilAsserted(() -> assertThat(heard.connected).hasValue(1));

        leader.kill();

        heard.closed.get(30, TimeUnit.SECONDS);
        await().untilAsserted(() -> assertThat(leader.followers.closed).hasValue(1));
        assertThat(heard.closings).hasValue(1);
    }

    @Test
    void aNewerIncarnationOfTheLeaderEndsStreamsToTheOldOne() throws Exception {
        connect();
        await().untilAsserted(() -> assertThat(heard.connected).hasValue(1));
        follower.peers.keepOnly(List.of());
        assertThat(heard.closed).isNotDone();
        connect();
        await().untilAsserted(() -> assertThat(heard.connected).hasValue(2));

        follower.peers.keepOnly(List.of(new BrokerIncarnation(1, HELLO.leader().epoch() + 1)));

        heard.closed.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aStreamThatDoesNotBeginWithHelloIsEnded() throws Exception {
        CompletableFuture<Throwable> error = new CompletableFuture<>();
        StreamObserver<ReplicateRequest> out =
                ReplicationServiceGrpc.newStub(leader.internal()).replicate(new Ended(error));

        out.onNext(ReplicateRequest.newBuilder()
                .setAck(AckPartition.getDefaultInstance())
                .build());

        assertThat(error.get(30, TimeUnit.SECONDS)).hasMessageContaining("hello");
        assertThat(leader.followers.heard).isEmpty();
    }

    @Test
    void sendersOnSeveralThreadsKeepWholeMessages() throws Exception {
        connect();
        PeerStream<LeaderMessage> out = leader.followers.out.get(30, TimeUnit.SECONDS);
        int each = 300;

        Thread first = new Thread(() -> sendNumbered(out, 1, each));
        Thread second = new Thread(() -> sendNumbered(out, 2, each));
        first.start();
        second.start();
        first.join();
        second.join();

        await().untilAsserted(() -> assertThat(heard.messages).hasSize(2 * each));
        for (int sender = 1; sender <= 2; sender++) {
            IntFunction<LeaderMessage> numbered = numbered(sender);
            int epoch = sender;
            List<LeaderMessage> ofOne = heard.messages.stream()
                    .filter(message -> message.leaderEpoch() == epoch)
                    .toList();
            for (int i = 0; i < each; i++) {
                assertThat(ofOne.get(i)).isEqualTo(numbered.apply(i));
            }
        }
    }

    @Test
    void aLeaderSeesThatItsFollowerDoesNotKeepUpAndWhenItDoesAgain() throws Exception {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        heard.blockOn = goOn;
        connect();
        PeerStream<LeaderMessage> out = leader.followers.out.get(30, TimeUnit.SECONDS);
        await().until(out::isReady);
        int readyBefore = leader.followers.ready.get();
        LeaderMessage bulk = new LeaderMessage.Data(PARTITION, 5, 0, 0, ByteBuffer.allocate(1 << 20));

        // More than the 16 MiB window, sockets' buffers and the threshold can hold together.
        int sent = 0;
        while (out.isReady() && sent < 200) {
            out.send(bulk);
            sent++;
        }
        assertThat(out.isReady()).isFalse();
        assertThat(sent).isLessThan(200);

        goOn.complete(null);

        await().until(out::isReady);
        await().untilAsserted(() -> assertThat(leader.followers.ready.get()).isGreaterThan(readyBefore));
        int all = sent;
        await().untilAsserted(() -> assertThat(heard.messages).hasSize(all));
    }

    private PeerStream<FollowerMessage> connect() {
        return transport.connect(leader.internalEndpoint(), HELLO, heard);
    }

    private static void sendNumbered(PeerStream<LeaderMessage> out, int sender, int count) {
        IntFunction<LeaderMessage> numbered = numbered(sender);
        for (int i = 0; i < count; i++) {
            out.send(numbered.apply(i));
        }
    }

    /** A message of its own size and content for each sender and number. */
    private static IntFunction<LeaderMessage> numbered(int sender) {
        return i -> {
            byte[] content = new byte[i * 7];
            Arrays.fill(content, (byte) (sender * 31 + i));
            return new LeaderMessage.Data(PARTITION, sender, 0, i, ByteBuffer.wrap(content));
        };
    }

    private static final class Follower implements PeerTransport.Listener {
        final AtomicInteger connected = new AtomicInteger();
        final AtomicInteger closings = new AtomicInteger();
        final List<LeaderMessage> messages = new CopyOnWriteArrayList<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();
        volatile boolean connectedBeforeFirst;
        volatile CompletableFuture<Void> blockOn = CompletableFuture.completedFuture(null);

        @Override
        public void onConnected() {
            connected.incrementAndGet();
        }

        @Override
        public void onMessage(LeaderMessage message) {
            blockOn.join();
            connectedBeforeFirst |= messages.isEmpty() && connected.get() == 1;
            messages.add(message);
        }

        @Override
        public void onClosed(String why) {
            closings.incrementAndGet();
            closed.complete(why);
        }
    }

    private record Ended(CompletableFuture<Throwable> error) implements StreamObserver<ReplicateResponse> {
        @Override
        public void onNext(ReplicateResponse response) {}

        @Override
        public void onError(Throwable failed) {
            error.complete(failed);
        }

        @Override
        public void onCompleted() {
            error.complete(new AssertionError("completed"));
        }
    }
}
