package io.millrace.lab.simulation.cluster;

import io.millrace.broker.controller.BroadcastReceiver;
import io.millrace.broker.controller.ClusterFeed;
import io.millrace.broker.controller.Controller;
import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.controller.DeletedTopics;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.group.GroupCoordinator;
import io.millrace.broker.group.Groups;
import io.millrace.broker.liveness.BeatReceiver;
import io.millrace.broker.liveness.Detector;
import io.millrace.broker.log.DataDirectory;
import io.millrace.broker.log.DataDirectoryException;
import io.millrace.broker.log.GroupCommit;
import io.millrace.broker.log.LogConfig;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.SeenTree;
import io.millrace.broker.replication.ControllerLink;
import io.millrace.broker.replication.FollowerStreams;
import io.millrace.broker.replication.LeaderLinks;
import io.millrace.broker.replication.PartitionHost;
import io.millrace.broker.replication.PartitionServer;
import io.millrace.broker.replication.ReplicaView;
import io.millrace.broker.runtime.Continuation;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.BrokerIdentity;
import io.millrace.coordinator.BrokerRegistry;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.CoordinatorOffsetStore;
import io.millrace.coordinator.Registration;
import io.millrace.coordinator.RegistrationRefusedException;
import io.millrace.coordinator.TreeAge;
import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.LiveNode;
import io.millrace.lab.simulation.seam.SimPeer;
import io.millrace.lab.simulation.seam.SimProcess;
import io.millrace.lab.simulation.seam.SimSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of one broker: the product's parts in the order in which {@code broker.server} starts them. What that waits
 * for on its thread, this one waits for on the control loop.
 */
public final class SimBroker implements SimPeer {

    private static final Logger LOG = LoggerFactory.getLogger(SimBroker.class);

    static final String CLUSTER_ID = "cluster000000000000000";
    static final int INDEX_INTERVAL_BYTES = 4096;

    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long OFFSETS_RETENTION_MS = TimeUnit.DAYS.toMillis(7);
    private static final long RECHECK_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int HAND_OVER_TRIES = 4;
    private static final long HAND_OVER_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long CLOSING_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final SimCluster cluster;
    private final SimHost host;
    private final SimProcess process;
    private final SimSession session;
    private final EventLoop control;
    private final DataDirectory data;
    private final BrokerRegistry registry;
    private final SeenTree seen;
    private @Nullable Started started;
    private final List<Runnable> heldSyncs = new ArrayList<>();
    private boolean isDiskStalled;
    private int stalls;
    private boolean serving;

    /** What there is once the broker knows who it is. */
    private record Started(
            BrokerIncarnation self,
            ClusterFeed feed,
            LeaderLinks links,
            PartitionHost partitions,
            Detector detector,
            Controller office,
            ControllerLink link,
            GroupCoordinator groups) {}

    SimBroker(SimCluster cluster, SimHost host) throws DataDirectoryException {
        this.cluster = cluster;
        this.host = host;
        this.process = cluster.time().process("broker-" + host.brokerId());
        this.session = cluster.ensemble().connect(process);
        this.control = cluster.time().loop(process);
        this.data = DataDirectory.open(host.disk(), host.brokerId(), host::directoryId);
        this.registry = new BrokerRegistry(session, control);
        this.seen = new SeenTree(
                data,
                cluster.time()
                        .workers(
                                process,
                                cluster.plan().syncMinNs(),
                                cluster.plan().syncMaxNs()),
                cluster.plan().replication().safeguards());
    }

    void start() {
        BrokerIdentity identity = new BrokerIdentity(
                host.brokerId(),
                data.clusterId().orElse(null),
                CLUSTER_ID,
                data.directoryId(),
                host.bootId(),
                data.cleanShutdownEpoch().orElse(0),
                new TreeAge(seen.controllerEpoch(), seen.brokerEpoch()));
        untilDone(() -> registry.register(identity), this::onRegistered);
    }

    private void onRegistered(Registration registration) {
        try {
            data.assignCluster(registration.clusterId(), registration.brokerEpoch());
        } catch (DataDirectoryException unusable) {
            LOG.error("Broker {} cannot use its disk and ends", host.brokerId(), unusable);
            cluster.kill(host);
            return;
        }
        BrokerIncarnation self = new BrokerIncarnation(registration.brokerId(), registration.brokerEpoch());
        ClusterFeed feed = new ClusterFeed(session, registration.clusterId(), control);
        LeaderLinks links = new LeaderLinks(
                cluster.time().loop(process),
                cluster.network().transportOf(host.address(), process),
                registration.clusterId(),
                self,
                leader -> internalEndpoint(feed.image(), leader),
                cluster.plan().replication().retryNs());
        ControllerLink link = new SimControllerLink(cluster.network(), process, self, feed::image, this::controller);
        PartitionHost partitions = partitions(registration.clusterId(), self, links, link);
        Detector detector = detector(self, partitions);
        Controller office = new Controller(
                session,
                new ControllerNode(self.id(), self.epoch(), host.address()),
                feed,
                new SimBroadcast(cluster.network(), process, host.address()),
                detector,
                control,
                seen::controllerEpoch,
                cluster.plan().replication().safeguards());
        GroupCoordinator groups = new GroupCoordinator(
                self,
                feed::image,
                new CoordinatorOffsetStore(session),
                new SimLookup(cluster.network(), process, self.id(), feed::image, partitions),
                new DeletedTopics(session, registration.clusterId(), seen::controllerEpoch, control)::confirm,
                cluster.time(),
                cluster.time().loop(process),
                OFFSETS_RETENTION_MS,
                cluster.plan().replication().safeguards());
        started = new Started(self, feed, links, partitions, detector, office, link, groups);
        cluster.network().listen(host.address(), this);
        feed.listen(image -> seen.onImage(self, image));
        feed.listen(partitions::onImage);
        feed.listen(detector::onImage);
        feed.listen(groups::onImage);
        detector.start(office);
        feed.start();
        Continuation.on(control, feed.ready(), (ready, failure) -> announce(registration, office));
    }

    private Detector detector(BrokerIncarnation self, PartitionHost partitions) {
        return new Detector(
                self,
                cluster.plan().livenessTimeoutNs(),
                partitions::failed,
                this::oldestWrite,
                cluster.time(),
                cluster.time().loop(process),
                cluster.network().beatsOf(host.address(), process),
                cluster.network().proberOf(host.address(), process),
                cluster.plan().replication().safeguards());
    }

    private PartitionHost partitions(String clusterId, BrokerIncarnation self, LeaderLinks links, ControllerLink link) {
        ClusterPlan plan = cluster.plan();
        return new PartitionHost(
                clusterId,
                self,
                plan.replication(),
                cluster.time(),
                data,
                new GroupCommit(flushThreads(plan)),
                List.of(cluster.time().loop(process), cluster.time().loop(process)),
                cluster.time().workers(process, plan.syncMinNs(), plan.syncMaxNs()),
                links,
                link,
                new DeletedTopics(session, clusterId, seen::controllerEpoch, control)::confirm,
                INDEX_INTERVAL_BYTES);
    }

    private Executor flushThreads(ClusterPlan plan) {
        Executor threads = cluster.time().workers(process, plan.syncMinNs(), plan.syncMaxNs());
        return sync -> threads.execute(() -> {
            if (isDiskStalled) {
                heldSyncs.add(sync);
            } else {
                sync.run();
            }
        });
    }

    /** From now on no sync comes back. */
    public void stallDisk() {
        isDiskStalled = true;
        stalls++;
    }

    /** What was held comes back. */
    public void freeDisk() {
        isDiskStalled = false;
        heldSyncs.forEach(sync -> cluster.time().after(0, process, sync));
        heldSyncs.clear();
    }

    private long oldestWrite() {
        return heldSyncs.isEmpty() ? 0 : stalls;
    }

    /** A broker that is announced may be elected, so its logs are open before that. */
    private void announce(Registration registration, Controller office) {
        TreeMap<String, String> endpoints = new TreeMap<>();
        endpoints.put(BrokerImage.CLIENT_LISTENER, host.address());
        endpoints.put(BrokerImage.INTERNAL_LISTENER, host.address());
        CompletionStage<Void> announced = registry.announce(
                registration,
                new LiveNode(registration.brokerId(), registration.brokerEpoch(), endpoints, null),
                newer -> cluster.kill(host));
        Continuation.on(control, announced, (done, failure) -> {
            if (failure != null) {
                throw new IllegalStateException("A broker could not be announced", failure);
            }
            office.start();
            parts().groups().start();
            recheckLater();
            serving = true;
        });
    }

    private void recheckLater() {
        control.schedule(RECHECK_NS, () -> {
            registry.recheck();
            recheckLater();
        });
    }

    private static @Nullable String internalEndpoint(ClusterImage image, BrokerIncarnation leader) {
        BrokerImage broker = image.known(leader);
        return broker == null ? null : broker.endpoints().get(BrokerImage.INTERNAL_LISTENER);
    }

    /** Asks again for as long as the service does not answer. */
    private <T> void untilDone(Supplier<CompletionStage<T>> question, Consumer<T> next) {
        Continuation.on(control, question.get(), (answer, failure) -> {
            if (failure instanceof CoordinatorException) {
                control.schedule(RETRY_NS, () -> untilDone(question, next));
            } else if (failure instanceof RegistrationRefusedException) {
                // The product's process ends, and says why.
                cluster.kill(host);
            } else if (answer == null) {
                throw new IllegalStateException("A broker could not start", failure);
            } else {
                next.accept(answer);
            }
        });
    }

    /**
     * Stops as a service manager asks for: leaderships are handed over, then the office, then the registration; the logs
     * last, with a marker.
     */
    void stop(Runnable stopped) {
        Started parts = started;
        if (parts != null && serving) {
            serving = false;
            Continuation.on(
                    control, parts.partitions().leave(), (told, failure) -> handOver(parts, HAND_OVER_TRIES, stopped));
        }
    }

    private void handOver(Started parts, int triesLeft, Runnable stopped) {
        if (triesLeft == 0) {
            leaveOffice(parts, stopped);
            return;
        }
        parts.link()
                .announceStop(leads -> control.schedule(HAND_OVER_AGAIN_NS, () -> {
                    boolean done = leads.isPresent() && leads.getAsInt() == 0;
                    handOver(parts, done ? 0 : triesLeft - 1, stopped);
                }));
    }

    private void leaveOffice(Started parts, Runnable stopped) {
        parts.office().close();
        Continuation.on(control, registry.withdraw(), (done, failure) -> sendOn(parts, stopped));
    }

    private void sendOn(Started parts, Runnable stopped) {
        parts.detector().close();
        Continuation.on(control, parts.groups().drain(), (told, failure) -> {
            parts.partitions().close();
            parts.links().close();
            parts.feed().close();
            control.schedule(CLOSING_NS, () -> closeLogs(parts.self(), stopped));
        });
    }

    private void closeLogs(BrokerIncarnation self, Runnable stopped) {
        try {
            data.closeCleanly(self.epoch());
        } catch (DataDirectoryException failed) {
            LOG.error("Broker {} ends without a marker", host.brokerId(), failed);
        }
        stopped.run();
    }

    public SimSession session() {
        return session;
    }

    /** Whether it has started so far that clients are served. */
    public boolean isServing() {
        return serving && !process.isDead();
    }

    /** Who it is, null before it has registered. */
    public @Nullable BrokerIncarnation incarnation() {
        Started parts = started;
        return parts == null ? null : parts.self();
    }

    /** What it has seen of the cluster. */
    public ClusterImage image() {
        Started parts = started;
        return parts == null ? ClusterImage.empty(CLUSTER_ID) : parts.feed().image();
    }

    /** Shows it an image of the cluster, as if its own feed had; for scripts. */
    public void show(ClusterImage image) {
        control.execute(() -> parts().partitions().onImage(image));
    }

    /** Whether it has logs that have failed, or that are gone. */
    public boolean hasFailedLogs() {
        Started parts = started;
        return parts != null && !parts.partitions().failed().isEmpty();
    }

    /** How it hosts a partition, null where it does not. */
    public @Nullable ReplicaView view(TopicPartition partition) {
        Started parts = started;
        return parts == null ? null : parts.partitions().view(partition);
    }

    /** The log behind {@link #view}; to be asked for only where that is there. */
    public PartitionLog log(TopicPartition partition, TopicConfig config) {
        return data.openLog(
                partition.topicId(),
                partition.partition(),
                new LogConfig(
                        config.segmentBytes(), INDEX_INTERVAL_BYTES, config.maxBatchBytes(), config.durability()));
    }

    @Override
    public SimProcess process() {
        return process;
    }

    @Override
    public FollowerStreams streams() {
        return parts().partitions();
    }

    @Override
    public PartitionServer partitions() {
        return parts().partitions();
    }

    @Override
    public ControllerRequests controller() {
        return parts().office();
    }

    @Override
    public BeatReceiver beats() {
        return parts().detector();
    }

    @Override
    public BroadcastReceiver recorded() {
        return parts().feed();
    }

    @Override
    public Groups groups() {
        return parts().groups();
    }

    private Started parts() {
        return Objects.requireNonNull(started, "nobody listens before the parts are there");
    }
}
