package io.millrace.broker.replication;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.DataDirectory;
import io.millrace.broker.log.DataDirectoryException;
import io.millrace.broker.log.GroupCommit;
import io.millrace.broker.log.LogConfig;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All partitions of this broker. Turns images of the cluster into assignments of replicas, and finds the replica that a
 * client or a follower means.
 *
 * <p>{@link #onImage} is called by one thread; everything else by any.
 */
public final class PartitionHost implements PartitionServer, FollowerStreams {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionHost.class);
    private static final long DISK_CHECK_NS = 1_000_000_000;

    private final String clusterId;
    private final ReplicaContext context;
    private final DataDirectory data;
    private final List<? extends EventLoop> loops;
    private final TopicDeletions deletions;
    private final int indexIntervalBytes;
    private final Map<TopicPartition, Replica> replicas = new ConcurrentHashMap<>();
    private final ConcurrentSkipListSet<FailedLog> failed = new ConcurrentSkipListSet<>();
    private final Repeating diskCheck;
    private volatile boolean storageFull;
    private volatile boolean isLeaving;
    private volatile @Nullable ClusterImage image;

    /**
     * Hosts nothing yet.
     *
     * @param loops partitions are pinned to these, by their hash
     * @param readers runs reads of the log that may block
     */
    public PartitionHost(
            String clusterId,
            BrokerIncarnation self,
            ReplicationSettings settings,
            Clock clock,
            DataDirectory data,
            GroupCommit groupCommit,
            List<? extends EventLoop> loops,
            Executor readers,
            LeaderLinks links,
            ControllerLink controller,
            TopicDeletions deletions,
            int indexIntervalBytes) {
        this.deletions = deletions;
        this.clusterId = clusterId;
        this.data = data;
        this.loops = List.copyOf(loops);
        this.indexIntervalBytes = indexIntervalBytes;
        this.context = new ReplicaContext(
                self,
                settings,
                clock,
                groupCommit,
                readers,
                links,
                controller,
                this::controllerEpoch,
                partition -> failed.add(FailedLog.failed(partition)),
                () -> isLeaving,
                () -> storageFull);
        this.diskCheck = new Repeating(this.loops.get(0), DISK_CHECK_NS, () -> readers.execute(this::checkDisk));
        // Before the first record, not one period later: a broker may be started on a full disk (D1).
        checkDisk();
    }

    /**
     * This broker is about to stop, for good. It leads and follows on; leaders do not propose it for an in-sync set any more.
     * To be completed before the controller hears of it: else leaders that have seen it dismissed would propose it back, and
     * wait for it until they are refused.
     *
     * @return completes when all leaders have been told
     */
    public CompletionStage<Void> leave() {
        isLeaving = true;
        return CompletableFuture.allOf(replicas.values().stream()
                .map(replica -> CompletableFuture.runAsync(replica::onLeaving, replica.loop()))
                .toArray(CompletableFuture<?>[]::new));
    }

    private int controllerEpoch() {
        ClusterImage now = image;
        return now == null ? -1 : now.controllerEpoch();
    }

    private void checkDisk() {
        try {
            boolean full = data.freeBytes() < context.settings().minFreeBytes();
            if (full != storageFull) {
                LOG.warn(
                        "The data disk has {} than {} bytes free: produce is {}",
                        full ? "less" : "more",
                        context.settings().minFreeBytes(),
                        full ? "refused" : "accepted again");
            }
            storageFull = full;
        } catch (IOException unknown) {
            LOG.warn("Cannot tell how much room the data disk has", unknown);
        }
    }

    /** Acts on a newer image: opens what is new here, hands on what has changed, drops the logs of deleted topics. */
    public void onImage(ClusterImage newer) {
        ClusterImage before = image;
        image = newer;
        Set<TopicPartition> wanted = new HashSet<>();
        for (TopicImage topic : newer.topics().values()) {
            boolean same = before != null
                    && before.brokers().equals(newer.brokers())
                    && topic.equals(before.topics().get(topic.name()));
            topic.partitions().forEach((number, state) -> {
                TopicPartition partition = new TopicPartition(topic.topicId(), number);
                if (state.replicas().contains(context.self().id())) {
                    wanted.add(partition);
                    if (!same) {
                        assign(partition, topic, state, newer);
                    }
                }
            });
        }
        for (Replica replica : new ArrayList<>(replicas.values())) {
            if (!wanted.contains(replica.partition()) && isUnseen(replica.partition(), newer)) {
                deletions.confirm(replica.topic(), replica.partition().topicId(), gone -> {
                    if (gone) {
                        delete(replica);
                    }
                });
            }
        }
    }

    private void assign(TopicPartition partition, TopicImage topic, PartitionState state, ClusterImage newer) {
        Replica known = replicas.get(partition);
        if (known == null && isLost(partition, topic, state)) {
            return;
        }
        Replica replica;
        try {
            replica = known == null ? open(partition, topic) : known;
        } catch (IllegalArgumentException unusable) {
            // Written into the tree by hand: it must not stop every broker that reads it.
            LOG.error("{}-{}: cannot be opened as it is recorded", topic.name(), partition, unusable);
            return;
        }
        Assignment assignment = new Assignment(state, topic.config(), newer);
        replica.loop().execute(() -> replica.onAssignment(assignment));
    }

    /**
     * Whether the log is gone that the state counts on: an earlier process of this broker was a member and had a log, and
     * there is nothing on disk. An empty log in its place could be elected, and the good ones would be cut to fit it. So it is
     * reported as gone, until this replica is no member any more and can fill a new one (N13).
     */
    private boolean isLost(TopicPartition partition, TopicImage topic, PartitionState state) {
        FailedLog gone = FailedLog.gone(partition);
        int self = context.self().id();
        boolean isCountedOn = state.isr().contains(self)
                || state.elr().contains(self)
                || state.lastKnownElr().contains(self);
        if (!isCountedOn || !context.settings().safeguards().has(Safeguard.N13_UNPROVEN_RESTARTS_LEAVE)) {
            failed.remove(gone);
            return false;
        }
        if (!failed.contains(gone) && isGone(partition, state.memberEpochs().getOrDefault(self, 0L))) {
            LOG.error(
                    "{}-{}: this broker is counted on and has nothing of it on disk; it leaves the partition's in-sync"
                            + " set before it fills a new log",
                    topic.name(),
                    partition.partition());
            failed.add(gone);
        }
        return failed.contains(gone);
    }

    private boolean isGone(TopicPartition partition, long countedOnSince) {
        boolean isOfEarlierProcess = countedOnSince < context.self().epoch();
        boolean mayNeverHaveBeen = context.settings().safeguards().has(Safeguard.N13_WHAT_NEVER_WAS_IS_NOT_LOST);
        return isOfEarlierProcess
                && data.isLogGone(partition.topicId(), partition.partition(), mayNeverHaveBeen ? countedOnSince : -1);
    }

    private Replica open(TopicPartition partition, TopicImage topic) {
        PartitionLog log = data.openLog(
                partition.topicId(),
                partition.partition(),
                new LogConfig(
                        topic.config().segmentBytes(),
                        indexIntervalBytes,
                        topic.config().maxBatchBytes(),
                        topic.config().durability(),
                        context.settings().safeguards()));
        Replica replica = new Replica(partition, topic.name(), log, loopOf(partition), context);
        replicas.put(partition, replica);
        return replica;
    }

    /** Its topic is not to be seen, which is more than a partition's state not yet read, and less than deleted. */
    private static boolean isUnseen(TopicPartition partition, ClusterImage newer) {
        return newer.topics().values().stream()
                .noneMatch(topic -> topic.topicId().equals(partition.topicId()));
    }

    private void delete(Replica replica) {
        if (!replicas.remove(replica.partition(), replica)) {
            return;
        }
        replica.loop().execute(() -> {
            replica.close("the topic was deleted");
            failed.remove(FailedLog.failed(replica.partition()));
            try {
                data.deleteLog(
                        replica.partition().topicId(), replica.partition().partition());
                LOG.info("{} ({}): deleted with its topic", replica, replica.partition());
            } catch (DataDirectoryException failure) {
                LOG.error("{} ({}): cannot be deleted; its files stay", replica, replica.partition(), failure);
            }
        });
    }

    private EventLoop loopOf(TopicPartition partition) {
        return loops.get(Math.floorMod(partition.hashCode(), loops.size()));
    }

    @Override
    public void produce(
            TopicPartition partition,
            ByteBuffer batch,
            Acks acks,
            long commitTimeoutNs,
            Consumer<Outcome<Appended>> reply) {
        Replica replica = replicas.get(partition);
        if (replica == null) {
            reply.accept(Outcome.no(notHere(partition)));
        } else {
            replica.loop().execute(() -> replica.produce(batch, acks, commitTimeoutNs, reply));
        }
    }

    @Override
    public Waiting fetch(
            TopicPartition partition,
            long offset,
            int minBytes,
            int maxBytes,
            long maxWaitNs,
            Consumer<Outcome<Fetched>> reply) {
        Replica replica = replicas.get(partition);
        if (replica == null) {
            reply.accept(Outcome.no(notHere(partition)));
            return () -> {};
        }
        ConsumerRead read = new ConsumerRead(
                replica, context, offset, minBytes, maxBytes, context.clock().nanoTime() + maxWaitNs, reply);
        read.start();
        return read;
    }

    @Override
    public void offsetFor(TopicPartition partition, Position position, Consumer<Outcome<FoundOffset>> reply) {
        Replica replica = replicas.get(partition);
        if (replica == null) {
            reply.accept(Outcome.no(notHere(partition)));
        } else {
            new OffsetSearch(replica, context, position, reply).start();
        }
    }

    @Override
    public Optional<Bounds> bounds(TopicPartition partition) {
        ReplicaView view = view(partition);
        return view == null || !view.leading()
                ? Optional.empty()
                : Optional.of(new Bounds(view.logStartOffset(), view.proven() ? view.highWatermark() : -1));
    }

    @Override
    public OptionalLong localEnd(TopicPartition partition) {
        ReplicaView view = view(partition);
        return view == null ? OptionalLong.empty() : OptionalLong.of(view.logEndOffset());
    }

    private Refusal notHere(TopicPartition partition) {
        ClusterImage now = image;
        if (now != null) {
            for (TopicImage topic : now.topics().values()) {
                PartitionState state = topic.partitions().get(partition.partition());
                if (topic.topicId().equals(partition.topicId()) && state != null) {
                    return Refusal.notLeader(partition, state.leader(), state.leaderEpoch());
                }
            }
        }
        return Refusal.definite(ErrorReason.UNKNOWN_TOPIC, "This broker knows no partition " + partition);
    }

    @Override
    public Admission admit(Hello hello, PeerStream<LeaderMessage> out) {
        if (!hello.clusterId().equals(clusterId)) {
            return new Admission.Rejected("This broker is of cluster " + clusterId + ", not of " + hello.clusterId());
        }
        if (!hello.leader().equals(context.self())) {
            return new Admission.Rejected("This is " + context.self() + ", not " + hello.leader());
        }
        BrokerIncarnation newest = newestIncarnation(hello.follower().id());
        if (newest != null && newest.epoch() > hello.follower().epoch()) {
            return new Admission.Rejected(hello.follower() + " is over: " + newest + " has taken its place");
        }
        return new Admission.Admitted(new FollowerSession(hello.follower(), out, replicas::get));
    }

    private @Nullable BrokerIncarnation newestIncarnation(int brokerId) {
        ClusterImage now = image;
        return now == null || !now.known().containsKey(brokerId)
                ? null
                : now.known().get(brokerId).incarnation();
    }

    /** Logs that have failed until this broker is started again, or that are gone: it neither leads nor follows there. */
    public SortedSet<FailedLog> failed() {
        return Collections.unmodifiableSortedSet(failed);
    }

    /** How a replica stands, null where this broker has none. Any thread. */
    public @Nullable ReplicaView view(TopicPartition partition) {
        Replica replica = replicas.get(partition);
        return replica == null ? null : replica.view();
    }

    /** Leaves every role, on the loops, before the logs are closed. The loops must be drained afterwards. */
    public void close() {
        loops.get(0).execute(diskCheck::cancel);
        for (Replica replica : replicas.values()) {
            replica.loop().execute(() -> replica.close("the broker stops"));
        }
    }
}
