package io.millrace.broker.rpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.millrace.broker.controller.RecordedChunk;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.producer.ProducerIds;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.SystemClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** The rpc package of one broker, on free ports of loopback, in front of fakes. */
final class RpcBroker implements AutoCloseable {

    static final long WALL_MS = 1_700_000_000_123L;

    final int id;
    final FakePartitions partitions = new FakePartitions();
    final FakeController controller = new FakeController();
    final FakeGroups groups = new FakeGroups();
    final FakeFollowers followers = new FakeFollowers();
    final FakeBeatReceiver beats = new FakeBeatReceiver();
    final List<RecordedChunk> recorded = new CopyOnWriteArrayList<>();
    volatile Outcome<Long> producerId = Outcome.ok(4711L);
    final ProducerIds producerIds = reply -> reply.accept(producerId);
    final MemoryBudget outbound = new MemoryBudget(Clusters.LIMITS.maxProduceBytes());
    final List<Throwable> faults = new CopyOnWriteArrayList<>();
    final RpcContext context;
    final PeerChannels peers;
    final GrpcServers servers;
    final GrpcServers.BoundPorts ports;
    volatile Optional<BrokerIncarnation> self;
    volatile ClusterImage image = ClusterImage.empty(Clusters.ID);

    private final TestClock clock = new TestClock();
    private volatile boolean isKilled;
    private final IoThreads threads = new IoThreads(1, Thread::new);
    private final List<ManagedChannel> channels = new ArrayList<>();

    RpcBroker(int id) throws IOException {
        this(id, Duration.ofSeconds(30));
    }

    /** @param keepAlive as of {@link GrpcServers} */
    RpcBroker(int id, Duration keepAlive) throws IOException {
        this.id = id;
        groups.coordinator = id;
        this.self = Optional.of(Clusters.incarnation(id));
        this.context = new RpcContext(
                () -> self,
                () -> image,
                Clusters.LIMITS,
                Clusters.CONFIG,
                clock,
                () -> Clusters.TOPIC_ID,
                (where, fault) -> faults.add(fault),
                "0.0-test");
        this.peers = new PeerChannels(threads, Clusters.LIMITS);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        this.servers = new GrpcServers(
                context,
                new RpcPorts(partitions, followers, controller, groups, producerIds, beats, recorded::addAll),
                peers,
                threads,
                anyPort,
                anyPort,
                keepAlive,
                outbound);
        this.ports = servers.start();
    }

    /** So much time passes at once, for whoever looks at the clock at the next tick; and it ticks. */
    void pass(Duration time) {
        servers.onTick();
        clock.passedNs.addAndGet(time.toNanos());
        servers.onTick();
    }

    BrokerImage asImage() {
        return Clusters.broker(id, clientEndpoint(), internalEndpoint());
    }

    String clientEndpoint() {
        return "127.0.0.1:" + ports.client();
    }

    String internalEndpoint() {
        return "127.0.0.1:" + ports.internal();
    }

    /** A new connection to the client listener; closed with this. */
    ManagedChannel client() {
        return connect(ports.client());
    }

    /** A new connection to the internal listener; closed with this. */
    ManagedChannel internal() {
        return connect(ports.internal());
    }

    private ManagedChannel connect(int port) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .maxInboundMessageSize(16 << 20)
                .build();
        channels.add(channel);
        return channel;
    }

    /** Cuts all connections without a word, as a process that is killed does; from any thread, the broker's own too. */
    void kill() {
        isKilled = true;
        new Thread(threads::close).start();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        peers.close();
        if (!isKilled) {
            // It would wait for threads that have ended meanwhile.
            servers.close();
        }
        threads.close();
    }

    /** A wall clock that tests can name; time passes for timeouts, and at once where a test says so. */
    private static final class TestClock implements Clock {
        private final Clock system = new SystemClock();
        private final AtomicLong passedNs = new AtomicLong();

        @Override
        public long nanoTime() {
            return system.nanoTime() + passedNs.get();
        }

        @Override
        public long wallMillis() {
            return WALL_MS;
        }
    }
}
