package io.millrace.broker.rpc;

import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.millrace.broker.rpc.OriginInterceptor.Door;
import io.millrace.wire.BulkMethods;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Both listeners of a broker. Used from one thread, in this order: {@link #start}, {@link #serving}, {@link #drain},
 * {@link #close}.
 */
public final class GrpcServers implements AutoCloseable {

    private static final int MIB = 1024 * 1024;
    // grpc-java has no bound for any of these by default, and a client can then drive a broker out of memory.
    private static final int MAX_METADATA_BYTES = 8 * 1024;
    private static final int MAX_RESETS = 100;
    private static final int RESETS_WINDOW_S = 10;
    private static final int HANDSHAKE_TIMEOUT_S = 10;
    private static final int CLIENT_IDLE_MIN = 5;
    /** Two hours by default: so long a client whose machine has gone would keep what waits for it. */
    private static final Duration CLIENT_SILENCE = Duration.ofSeconds(30);

    private static final int CLIENT_PINGS_S = 30;
    private static final int PEER_PINGS_S = 5;
    private static final int PEER_CALLS = 10_000;

    // They tell of every bad frame, every message that is too large and every connection that ends badly, with a whole
    // stack: whoever can connect could fill a disk with that. Kept here, because a logger that nobody holds loses its
    // level.
    private static final List<Logger> TALKATIVE = List.of(
            Logger.getLogger("io.grpc.netty.NettyServerHandler"),
            Logger.getLogger("io.grpc.netty.NettyServerStream"),
            Logger.getLogger("io.grpc.netty.NettyServerTransport"));

    static {
        TALKATIVE.forEach(logger -> logger.setLevel(Level.SEVERE));
    }

    private final RpcContext context;
    private final RpcPorts ports;
    private final IoThreads threads;
    private final ErrorMapping errors;
    private final Forwarder forwarder;
    private final OpenCalls open = new OpenCalls();
    private final MemoryBudget budget;
    private final MemoryBudget outbound;
    private final Duration keepAlive;
    private final FetchedMessages messages;
    private final GrpcListener client;
    private final GrpcListener internal;

    /** Which ports were bound. */
    public record BoundPorts(int client, int internal) {}

    /**
     * @param clientBind where clients connect, port 0 for a free one
     * @param internalBind where other brokers do
     */
    public GrpcServers(
            RpcContext context,
            RpcPorts ports,
            PeerChannels channels,
            IoThreads threads,
            InetSocketAddress clientBind,
            InetSocketAddress internalBind) {
        this(
                context,
                ports,
                channels,
                threads,
                clientBind,
                internalBind,
                CLIENT_SILENCE,
                new MemoryBudget(context.limits().maxProduceBytes()));
    }

    /**
     * @param keepAlive a client that has been silent for so long is asked whether it lives
     * @param outbound for answers that their callers have not read
     */
    GrpcServers(
            RpcContext context,
            RpcPorts ports,
            PeerChannels channels,
            IoThreads threads,
            InetSocketAddress clientBind,
            InetSocketAddress internalBind,
            Duration keepAlive,
            MemoryBudget outbound) {
        this.keepAlive = keepAlive;
        this.context = context;
        this.ports = ports;
        this.threads = threads;
        this.errors = new ErrorMapping(context.image());
        this.forwarder = new Forwarder(context, channels);
        this.budget = new MemoryBudget(context.limits().maxProduceBytes());
        this.outbound = outbound;
        this.messages = new FetchedMessages(context.limits(), threads.executor(context.faults()));
        this.client = listener(clientBuilder(clientBind), publicServices(Door.CLIENT));
        List<ServerServiceDefinition> all = new ArrayList<>(publicServices(Door.INTERNAL));
        all.addAll(internalServices());
        this.internal = listener(internalBuilder(internalBind), all);
    }

    /** Binds both; throws, with neither bound, where one cannot be. Calls are taken, health says NOT_SERVING. */
    public BoundPorts start() throws IOException {
        internal.start();
        try {
            client.start();
        } catch (IOException e) {
            internal.stop(Duration.ZERO);
            throw e;
        }
        Rehearsal.refuse(errors);
        threads.everySecond(context.faults(), this::onTick);
        return new BoundPorts(client.port(), internal.port());
    }

    /** Once a second: who does not read is found by it. */
    void onTick() {
        long nowNs = context.clock().nanoTime();
        open.onTick(nowNs);
        client.onTick(nowNs);
        internal.onTick(nowNs);
    }

    /** There is a newer image in the context: whoever watches is told. */
    public void onImage() {
        open.onImage();
    }

    /** From now on health says SERVING. */
    public void serving() {
        client.serving();
        internal.serving();
    }

    /**
     * Sends clients away: health says NOT_SERVING first, waiting fetches are answered, streams end, other calls that are
     * open may end within {@code grace}, and those that do not are refused. Other brokers are still served. Blocks a
     * little longer than that at most.
     */
    public void drain(Duration grace) {
        client.notServingAnyMore();
        internal.notServingAnyMore();
        open.drain();
        client.stop(grace);
    }

    /** Ends what is still open, replication streams included. */
    @Override
    public void close() {
        client.stop(Duration.ZERO);
        internal.stop(Duration.ZERO);
    }

    private List<ServerServiceDefinition> publicServices(Door door) {
        PartitionCalls partitions = new PartitionCalls(context, forwarder);
        ControllerCalls controller = new ControllerCalls(context, forwarder);
        List<ServerServiceDefinition> services = List.of(
                BulkMethods.of(new ProducerGrpcService(
                                context, ports.partitions(), ports.producerIds(), partitions, errors, budget, open)
                        .bindService()),
                BulkMethods.of(new ConsumerGrpcService(context, ports.partitions(), partitions, errors, open, messages)
                        .bindService()),
                new GroupGrpcService(
                                ports.groups(),
                                new GroupCalls(context, forwarder, ports.groups()),
                                new GroupMessages(context.image()),
                                errors,
                                open)
                        .bindService(),
                new MetadataGrpcService(context, errors, open).bindService(),
                new AdminGrpcService(context, ports.controller(), controller, partitions, errors).bindService());
        OriginInterceptor origin = new OriginInterceptor(door, errors);
        return services.stream()
                .map(service -> ServerInterceptors.interceptForward(service, origin))
                .toList();
    }

    private List<ServerServiceDefinition> internalServices() {
        return List.of(
                BulkMethods.of(new ReplicationGrpcService(ports.followers()).bindService()),
                new ControllerGrpcService(context, ports.controller(), errors).bindService(),
                new LivenessGrpcService(context, ports.beats(), errors).bindService(),
                new StateGrpcService(context, ports.recorded(), errors).bindService());
    }

    private GrpcListener listener(NettyServerBuilder builder, List<ServerServiceDefinition> services) {
        CallGuard guard = new CallGuard(errors, context.faults());
        ReadyInterceptor ready = new ReadyInterceptor(context, errors);
        List<ServerServiceDefinition> guarded = services.stream()
                .map(BulkMethods::of)
                .map(RequestMarshaller::reading)
                .map(service -> ServerInterceptors.interceptForward(service, guard, ready))
                .toList();
        return new GrpcListener(builder, guarded, guard);
    }

    private NettyServerBuilder clientBuilder(InetSocketAddress bind) {
        return builder(bind)
                .flowControlWindow(4 * MIB)
                .maxConcurrentCallsPerConnection(context.limits().maxConcurrentCallsPerConnection())
                .maxConnectionIdle(CLIENT_IDLE_MIN, TimeUnit.MINUTES)
                .keepAliveTime(keepAlive.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(keepAlive.toMillis() / 3, TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(CLIENT_PINGS_S, TimeUnit.SECONDS);
    }

    /** For peers: many forwarded calls on one connection, bulk, and pings that find out soon who is gone. */
    private NettyServerBuilder internalBuilder(InetSocketAddress bind) {
        return builder(bind)
                .flowControlWindow(16 * MIB)
                .maxConcurrentCallsPerConnection(PEER_CALLS)
                .permitKeepAliveTime(PEER_PINGS_S, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    private NettyServerBuilder builder(InetSocketAddress bind) {
        return NettyServerBuilder.forAddress(bind)
                .bossEventLoopGroup(threads.group())
                .workerEventLoopGroup(threads.group())
                .channelType(threads.serverChannel())
                .directExecutor()
                .addStreamTracerFactory(Outbound.counting(outbound))
                .maxInboundMessageSize(context.limits().maxMessageBytes())
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .maxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_S)
                .handshakeTimeout(HANDSHAKE_TIMEOUT_S, TimeUnit.SECONDS);
    }
}
