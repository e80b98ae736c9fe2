package io.millrace.broker.server;

import io.millrace.broker.controller.ClusterFeed;
import io.millrace.broker.controller.Controller;
import io.millrace.broker.controller.DeletedTopics;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.group.GroupCoordinator;
import io.millrace.broker.liveness.Detector;
import io.millrace.broker.log.DataDirectory;
import io.millrace.broker.log.DataDirectoryException;
import io.millrace.broker.log.FileDisk;
import io.millrace.broker.log.GroupCommit;
import io.millrace.broker.log.HostBoot;
import io.millrace.broker.log.OngoingWrites;
import io.millrace.broker.log.SeenTree;
import io.millrace.broker.log.WatchedDisk;
import io.millrace.broker.producer.BlockProducerIds;
import io.millrace.broker.replication.ControllerLink;
import io.millrace.broker.replication.LeaderLinks;
import io.millrace.broker.replication.PartitionHost;
import io.millrace.broker.replication.ReplicationSettings;
import io.millrace.broker.rpc.GrpcBeats;
import io.millrace.broker.rpc.GrpcBroadcast;
import io.millrace.broker.rpc.GrpcControllerLink;
import io.millrace.broker.rpc.GrpcPeerTransport;
import io.millrace.broker.rpc.GrpcServers;
import io.millrace.broker.rpc.IoThreads;
import io.millrace.broker.rpc.LeaderLookup;
import io.millrace.broker.rpc.PeerChannels;
import io.millrace.broker.rpc.RpcContext;
import io.millrace.broker.rpc.RpcPorts;
import io.millrace.broker.rpc.TcpProber;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.broker.runtime.FaultHandler;
import io.millrace.broker.runtime.Ids;
import io.millrace.broker.runtime.NamedThreads;
import io.millrace.broker.runtime.RandomIds;
import io.millrace.broker.runtime.SystemClock;
import io.millrace.broker.runtime.ThreadedEventLoop;
import io.millrace.broker.server.StopSteps.Farewell;
import io.millrace.coordinator.BrokerIdentity;
import io.millrace.coordinator.BrokerRegistry;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.CoordinatorOffsetStore;
import io.millrace.coordinator.ProducerIdBlocks;
import io.millrace.coordinator.Registration;
import io.millrace.coordinator.RegistrationRefusedException;
import io.millrace.coordinator.TreeAge;
import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.LiveNode;
import io.millrace.coordinator.tree.MalformedNodeException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running broker: everything put together, started from the disk outwards and stopped from the clients inwards.
 *
 * <p>{@link #start} and {@link #close} block and belong to one thread.
 */
public final class Broker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    private static final Duration HAND_OVER = Duration.ofSeconds(5);
    private static final Duration LEAVE = Duration.ofMillis(200);
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final Duration WITHDRAW = Duration.ofSeconds(5);
    private static final long RETRY_SECONDS = 1;
    private static final long PATIENCE_SECONDS = 10;
    private static final int IO_THREADS = 2;
    private static final int READ_THREADS = 4;
    private static final int PROBE_THREADS = 4;
    private static final int SEND_MAX_BYTES = 1 << 20;
    private static final long HIGH_WATERMARK_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long RECHECK_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long REPLICATION_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final BrokerConfig config;
    private final BrokerIncarnation self;
    private final GrpcServers.BoundPorts ports;
    private final List<Executor> threads;
    private final StopSteps stopSteps;

    private Broker(
            BrokerConfig config,
            BrokerIncarnation self,
            GrpcServers.BoundPorts ports,
            List<Executor> threads,
            StopSteps stopSteps) {
        this.config = config;
        this.self = self;
        this.ports = ports;
        this.threads = List.copyOf(threads);
        this.stopSteps = stopSteps;
    }

    /** Who this process is in the cluster. */
    public BrokerIncarnation incarnation() {
        return self;
    }

    /** Where clients reach it: what it advertises. */
    public Endpoint clientEndpoint() {
        return config.listeners().client().advertisedAt(ports.client());
    }

    /**
     * Starts a broker with the machine's clock and ids; returns when it takes calls. Waits for ZooKeeper as long as it
     * takes.
     *
     * @throws StartRefusedException if the data directory, the cluster or a port does not allow it; nothing is left running
     */
    public static Broker start(BrokerConfig config, Coordinator coordinator, FaultHandler faults, String version)
            throws StartRefusedException, InterruptedException {
        Starting starting = new Starting(config, coordinator, faults, version);
        try {
            return starting.run();
        } catch (DataDirectoryException | IOException | RegistrationRefusedException refused) {
            starting.stopSteps.undo();
            throw new StartRefusedException(String.valueOf(refused.getMessage()), refused);
        } catch (MalformedNodeException unreadable) {
            starting.stopSteps.undo();
            throw new StartRefusedException(
                    "The coordination service holds at " + unreadable.path()
                            + " what this version cannot read: another version of Millrace wrote it, or a person did",
                    unreadable);
        } catch (InterruptedException | RuntimeException failed) {
            starting.stopSteps.undo();
            throw failed;
        }
    }

    /**
     * Stops cleanly: first others lead, then the registration goes, so that others coordinate groups; then clients are sent
     * to them, and the logs are closed last, with a marker.
     */
    @Override
    public void close() {
        LOG.info("Broker {} stops", self);
        stopSteps.undo();
        LOG.info("Broker {} has stopped", self);
    }

    /**
     * Ends all that runs here and tells nobody: no leader is handed over, the registration stays, clients are not sent
     * away, and the data directory is left without the mark of a clean stop. For laboratories that kill a broker within
     * their own process; they cut its connections first, or others would hear it end.
     */
    public void abandon() {
        LOG.info("Broker {} is abandoned", self);
        stopSteps.undoUnheard();
    }

    /**
     * Whatever this broker works on, once for each thread; Netty's are not among them. For laboratories that let it stand
     * still: each of these stands while a task that it was given waits.
     */
    public List<Executor> threads() {
        return threads;
    }

    /** The order of starting; each part notes how it is stopped. */
    private static final class Starting {
        private final BrokerConfig config;
        private final Coordinator coordinator;
        private final FaultHandler faults;
        private final String version;
        private final Clock clock = new SystemClock();
        private final Ids ids = new RandomIds();
        private final List<Executor> threads = new ArrayList<>();
        private final StopSteps stopSteps = new StopSteps();

        Starting(BrokerConfig config, Coordinator coordinator, FaultHandler faults, String version) {
            this.config = config;
            this.coordinator = coordinator;
            this.faults = faults;
            this.version = version;
        }

        Broker run() throws DataDirectoryException, IOException, InterruptedException {
            OngoingWrites writes = new OngoingWrites();
            DataDirectory data = DataDirectory.open(
                    new WatchedDisk(new FileDisk(config.broker().dataDir()), writes),
                    config.broker().id(),
                    ids::topicId);
            stopSteps.push(data::close);
            ThreadedEventLoop controlLoop = loop("mill-ctl-0");
            BrokerRegistry registry = new BrokerRegistry(coordinator, controlLoop);
            SeenTree seen = new SeenTree(data, loop("mill-meta-0"), Safeguards.ALL);
            Registration registration = register(data, seen, registry);
            BrokerIncarnation self = new BrokerIncarnation(registration.brokerId(), registration.brokerEpoch());
            data.assignCluster(registration.clusterId(), registration.brokerEpoch());
            stopSteps.push((Farewell) () -> data.closeCleanly(self.epoch()));

            ClusterFeed feed = new ClusterFeed(coordinator, registration.clusterId(), controlLoop);
            IoThreads ioThreads = new IoThreads(IO_THREADS, NamedThreads.factory("mill-io"));
            stopSteps.push(ioThreads::close);
            PeerChannels channels = new PeerChannels(ioThreads, config.limits());
            stopSteps.push(channels::close);
            // Before the first image a broker would call every topic unknown; so it says that it is not ready.
            RpcContext context = new RpcContext(
                    () -> feed.isReady() ? Optional.of(self) : Optional.empty(),
                    feed::image,
                    config.limits(),
                    config.topicDefaults().asTopicConfig(),
                    clock,
                    ids,
                    faults,
                    version);
            LateController controller = new LateController();
            DeletedTopics deletions =
                    new DeletedTopics(coordinator, registration.clusterId(), seen::controllerEpoch, controlLoop);
            GrpcControllerLink link = new GrpcControllerLink(context, controller, channels);
            feed.listen(link::onImage);
            PartitionHost host = replication(data, feed, channels, link, deletions, self, registration.clusterId());
            Detector detector = new Detector(
                    self,
                    TimeUnit.MILLISECONDS.toNanos(config.broker().livenessTimeoutMs()),
                    host::failed,
                    writes::oldest,
                    clock,
                    loop("mill-beat-0"),
                    new GrpcBeats(registration.clusterId(), channels),
                    new TcpProber(pool("mill-probe", PROBE_THREADS)),
                    Safeguards.ALL);
            GroupCoordinator groups = new GroupCoordinator(
                    self,
                    feed::image,
                    new CoordinatorOffsetStore(coordinator),
                    new LeaderLookup(context, channels, host),
                    deletions::confirm,
                    clock,
                    loop("mill-group-0"),
                    config.groups().offsetsRetentionMs(),
                    Safeguards.ALL);
            GrpcServers servers = new GrpcServers(
                    context,
                    new RpcPorts(
                            host,
                            host,
                            controller,
                            groups,
                            new BlockProducerIds(new ProducerIdBlocks(coordinator), controlLoop),
                            detector,
                            feed),
                    channels,
                    ioThreads,
                    address(config.listeners().client()),
                    address(config.listeners().internal()));
            GrpcServers.BoundPorts ports = servers.start();
            stopSteps.push(servers::close);

            LiveNode live = live(self, ports);
            Controller office = new Controller(
                    coordinator,
                    new ControllerNode(
                            self.id(),
                            self.epoch(),
                            config.listeners()
                                    .internal()
                                    .advertisedAt(ports.internal())
                                    .toString()),
                    feed,
                    new GrpcBroadcast(registration.clusterId(), channels),
                    detector,
                    controlLoop,
                    seen::controllerEpoch,
                    Safeguards.ALL);
            controller.become(office);
            feed.listen(image -> seen.onImage(self, image));
            feed.listen(image -> onImage(image, host, channels));
            feed.listen(image -> servers.onImage());
            feed.listen(detector::onImage);
            feed.listen(groups::onImage);
            detector.start(office);
            feed.start();
            stopSteps.push(feed::close);
            // A broker that is announced may be elected, so its logs are open before that.
            untilDone(feed::ready);
            stopSteps.push((Farewell) () -> servers.drain(DRAIN));
            stopSteps.push(
                    (Farewell) () -> groups.drain().toCompletableFuture().get(DRAIN.toSeconds(), TimeUnit.SECONDS));
            // It beats for as long as it may be taken for alive: until it is withdrawn.
            stopSteps.push(detector::close);
            announce(registry, registration, live);
            recheckLater(controlLoop, registry);
            stopSteps.push((Farewell) () -> new Withdrawal(registry, feed, self).run(WITHDRAW));
            office.start();
            stopSteps.push(office::close);
            groups.start();
            stopSteps.push((Farewell) () -> new HandOver(link, feed, self).run(HAND_OVER));
            stopSteps.push(
                    (Farewell) () -> host.leave().toCompletableFuture().get(LEAVE.toMillis(), TimeUnit.MILLISECONDS));
            servers.serving();
            Broker broker = new Broker(config, self, ports, threads, stopSteps);
            LOG.info(
                    "Broker {} of cluster {} serves clients at {} and brokers at {}",
                    self,
                    registration.clusterId(),
                    live.endpoints().get(BrokerImage.CLIENT_LISTENER),
                    live.endpoints().get(BrokerImage.INTERNAL_LISTENER));
            return broker;
        }

        private PartitionHost replication(
                DataDirectory data,
                ClusterFeed feed,
                PeerChannels channels,
                ControllerLink controller,
                DeletedTopics deletions,
                BrokerIncarnation self,
                String clusterId) {
            ExecutorService flushers = pool("mill-flush", config.log().flushThreads());
            GroupCommit groupCommit = new GroupCommit(flushers);
            stopSteps.push(groupCommit::close);
            ExecutorService readers = pool("mill-read", READ_THREADS);
            List<ThreadedEventLoop> loops = new ArrayList<>();
            for (int i = 0; i < config.threads().partitionLoops(); i++) {
                loops.add(loop("mill-part-" + i));
            }
            LeaderLinks links = new LeaderLinks(
                    loop("mill-link-0"),
                    new GrpcPeerTransport(channels),
                    clusterId,
                    self,
                    leader -> internalEndpoint(feed.image(), leader),
                    REPLICATION_RETRY_NS);
            PartitionHost host = new PartitionHost(
                    clusterId,
                    self,
                    new ReplicationSettings(
                            TimeUnit.MILLISECONDS.toNanos(config.replication().lagMaxMs()),
                            config.replication().windowBytes(),
                            SEND_MAX_BYTES,
                            HIGH_WATERMARK_DELAY_NS,
                            REPLICATION_RETRY_NS,
                            config.log().minFreeBytes(),
                            Safeguards.ALL),
                    clock,
                    data,
                    groupCommit,
                    loops,
                    readers,
                    links,
                    controller,
                    deletions::confirm,
                    config.log().indexIntervalBytes());
            stopSteps.push(links::close);
            stopSteps.push(host::close);
            return host;
        }

        private Registration register(DataDirectory data, SeenTree seen, BrokerRegistry registry)
                throws InterruptedException {
            String proposed = ids.topicId();
            BrokerIdentity identity = new BrokerIdentity(
                    config.broker().id(),
                    data.clusterId().orElse(null),
                    proposed,
                    data.directoryId(),
                    HostBoot.id(),
                    data.cleanShutdownEpoch().orElse(0),
                    new TreeAge(seen.controllerEpoch(), seen.brokerEpoch()));
            return untilDone(() -> registry.register(identity));
        }

        private void announce(BrokerRegistry registry, Registration registration, LiveNode live)
                throws InterruptedException {
            CompletionStage<Void> announced = registry.announce(
                    registration,
                    live,
                    newer -> faults.onFault(
                            "registration",
                            new IllegalStateException("broker id " + live.brokerId()
                                    + " was taken by another process, brokerEpoch " + newer)));
            untilDone(() -> announced);
        }

        private static void recheckLater(EventLoop loop, BrokerRegistry registry) {
            loop.schedule(RECHECK_NS, () -> {
                registry.recheck();
                recheckLater(loop, registry);
            });
        }

        private LiveNode live(BrokerIncarnation self, GrpcServers.BoundPorts ports) {
            TreeMap<String, String> endpoints = new TreeMap<>();
            endpoints.put(
                    BrokerImage.CLIENT_LISTENER,
                    config.listeners().client().advertisedAt(ports.client()).toString());
            endpoints.put(
                    BrokerImage.INTERNAL_LISTENER,
                    config.listeners().internal().advertisedAt(ports.internal()).toString());
            return new LiveNode(
                    self.id(), self.epoch(), endpoints, config.broker().rack());
        }

        private static void onImage(ClusterImage image, PartitionHost host, PeerChannels channels) {
            channels.keepOnly(image.known().values().stream()
                    .map(BrokerImage::incarnation)
                    .toList());
            host.onImage(image);
        }

        private static @Nullable String internalEndpoint(ClusterImage image, BrokerIncarnation leader) {
            BrokerImage broker = image.known(leader);
            return broker == null ? null : broker.endpoints().get(BrokerImage.INTERNAL_LISTENER);
        }

        private ThreadedEventLoop loop(String name) {
            ThreadedEventLoop loop = new ThreadedEventLoop(name, faults);
            stopSteps.push(loop::close);
            threads.add(loop);
            return loop;
        }

        private ExecutorService pool(String name, int size) {
            ExecutorService pool = NamedThreads.fixed(name, size, faults);
            threads.addAll(Collections.nCopies(size, pool));
            stopSteps.push(() -> {
                pool.shutdown();
                if (!pool.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
                    LOG.warn("Threads {} are still busy", name);
                }
            });
            return pool;
        }

        private static InetSocketAddress address(BrokerConfig.Listener listener) {
            return new InetSocketAddress(listener.bind().host(), listener.bind().port());
        }

        /** Asks again for as long as ZooKeeper does not answer: a broker waits for it, and does not exit. */
        private static <T> T untilDone(Supplier<CompletionStage<T>> question) throws InterruptedException {
            CompletionStage<T> asked = question.get();
            while (true) {
                try {
                    return asked.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                } catch (TimeoutException slow) {
                    LOG.warn("Still waiting for ZooKeeper");
                } catch (ExecutionException failed) {
                    Throwable cause = failed.getCause();
                    if (!(cause instanceof CoordinatorException)) {
                        throw cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
                    }
                    LOG.warn("ZooKeeper does not answer: {}", cause.getMessage());
                    TimeUnit.SECONDS.sleep(RETRY_SECONDS);
                    asked = question.get();
                }
            }
        }
    }
}
