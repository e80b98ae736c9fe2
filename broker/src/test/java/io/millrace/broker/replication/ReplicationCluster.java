package io.millrace.broker.replication;

import static org.assertj.core.api.Assertions.fail;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.PartitionStates;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.DataDirectory;
import io.millrace.broker.log.DataDirectoryException;
import io.millrace.broker.log.FileDisk;
import io.millrace.broker.log.GroupCommit;
import io.millrace.broker.log.LogConfig;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.broker.runtime.VirtualTime;
import io.millrace.record.Codec;
import io.millrace.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Three brokers' replication on one thread and real files: the product's own hosts and logs, a fake network, and the test
 * in the controller's place. One topic of one partition, replicas 1, 2 and 3.
 */
final class ReplicationCluster implements AutoCloseable {

    static final TopicPartition PARTITION = new TopicPartition("AAAAAAAAAAAAAAAAAAAAAA", 0);
    static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    static final ReplicationSettings SETTINGS = settings(Safeguards.ALL);

    final VirtualTime time = new VirtualTime();
    final FakeNetwork network = new FakeNetwork(time.loop());
    final TreeMap<Integer, Broker> brokers = new TreeMap<>();

    private final Path directory;
    private final ReplicationSettings settings;
    private final TopicConfig config;
    private final TreeMap<Integer, Long> epochs = new TreeMap<>();
    PartitionState state;
    boolean topicIsSeen = true;
    boolean deletionIsRecorded;

    ReplicationCluster(Path directory, Durability durability, int minInsyncReplicas) throws DataDirectoryException {
        this(directory, durability, minInsyncReplicas, Safeguards.ALL);
    }

    ReplicationCluster(Path directory, Durability durability, int minInsyncReplicas, Safeguards safeguards)
            throws DataDirectoryException {
        this.directory = directory;
        this.settings = settings(safeguards);
        this.config = new TopicConfig(durability, minInsyncReplicas, 1 << 20, 1 << 20);
        this.state = PartitionStates.of(-1, -1, -1, 0, List.of(1, 2, 3), List.of(1, 2, 3));
        for (int id = 1; id <= 3; id++) {
            start(id);
        }
    }

    private static ReplicationSettings settings(Safeguards safeguards) {
        return new ReplicationSettings(SECOND, 64 * 1024, 16 * 1024, 5_000_000, 50_000_000, 0, safeguards);
    }

    /** One broker's replication. */
    final class Broker {
        final BrokerIncarnation incarnation;
        final DataDirectory data;
        final GroupCommit groupCommit;
        final FlushGate flushes = new FlushGate(time.loop());
        final FlushGate reads = new FlushGate(time.loop());
        /** Runs once, in the middle of whatever asks for the time next. */
        @Nullable
        Runnable whenAskedForTheTime;

        final LeaderLinks links;
        final PartitionHost host;

        Broker(int id) throws DataDirectoryException {
            incarnation = new BrokerIncarnation(id, epochs.merge(id, 1L, Long::sum));
            data = DataDirectory.open(
                    new FileDisk(directory.resolve("broker-" + id)), id, () -> "directory-" + incarnation);
            groupCommit = new GroupCommit(flushes);
            EventLoop loop = time.loop();
            links = new LeaderLinks(
                    time.loop(),
                    network.transportOf("broker-" + id),
                    "cluster",
                    incarnation,
                    leader -> "broker-" + leader.id(),
                    SETTINGS.retryNs());
            host = new PartitionHost(
                    "cluster",
                    incarnation,
                    settings,
                    new Clock() {
                        @Override
                        public long nanoTime() {
                            Runnable hook = whenAskedForTheTime;
                            whenAskedForTheTime = null;
                            if (hook != null) {
                                hook.run();
                            }
                            return time.nanoTime();
                        }

                        @Override
                        public long wallMillis() {
                            return time.wallMillis();
                        }
                    },
                    data,
                    groupCommit,
                    List.of(loop),
                    reads,
                    links,
                    new TestController(),
                    (topic, topicId, reply) -> reply.accept(deletionIsRecorded),
                    4096);
        }

        PartitionLog log() {
            return data.openLog(PARTITION.topicId(), 0, new LogConfig(1 << 20, 4096, 1 << 20, config.durability()));
        }

        long logEndOffset() {
            return log().logEndOffset();
        }
    }

    /** The test in the controller's place. */
    private final class TestController implements ControllerLink {
        @Override
        public void proposeIsr(IsrProposal proposal, Consumer<IsrVerdict> reply) {
            reply.accept(judge(proposal));
        }

        @Override
        public void announceStop(Consumer<OptionalInt> reply) {
            reply.accept(OptionalInt.empty());
        }
    }

    /** Runs what a broker does with its disk, syncs or reads, at once, or holds it back. */
    static final class FlushGate implements Executor {
        private final Executor open;
        private final ArrayDeque<Runnable> held = new ArrayDeque<>();
        private boolean isHolding;

        FlushGate(Executor open) {
            this.open = open;
        }

        @Override
        public void execute(Runnable flush) {
            if (isHolding) {
                held.add(flush);
            } else {
                open.execute(flush);
            }
        }

        void hold() {
            isHolding = true;
        }

        /** Does it at this very moment; who waits is told by the loop, as always. */
        void release() {
            isHolding = false;
            while (!held.isEmpty()) {
                held.remove().run();
            }
        }
    }

    Broker broker(int id) {
        return Objects.requireNonNull(brokers.get(id), () -> "broker " + id + " is not up");
    }

    void start(int id) throws DataDirectoryException {
        Broker broker = new Broker(id);
        brokers.put(id, broker);
        network.listen("broker-" + id, broker.host);
        publish();
    }

    /** Ends a broker as a clean stop does. */
    void stop(int id) throws DataDirectoryException {
        Broker broker = broker(id);
        brokers.remove(id);
        network.cut("broker-" + id);
        broker.host.close();
        broker.links.close();
        time.settle();
        broker.data.closeCleanly(broker.incarnation.epoch());
        publish();
    }

    /** The test elects, as the controller would. */
    void elect(int leader, Integer... isr) {
        state = PartitionStates.of(
                leader,
                broker(leader).incarnation.epoch(),
                state.leaderEpoch() + 1,
                state.partitionEpoch() + 1,
                List.of(isr),
                state.replicas());
        publish();
    }

    /** The test records proposals, as the controller would. */
    private IsrVerdict judge(IsrProposal proposal) {
        if (proposal.leaderEpoch() != state.leaderEpoch() || proposal.partitionEpoch() != state.partitionEpoch()) {
            return new IsrVerdict(IsrVerdict.Kind.FENCED, state);
        }
        state = PartitionStates.of(
                state.leader(),
                state.leaderBrokerEpoch(),
                state.leaderEpoch(),
                state.partitionEpoch() + 1,
                proposal.isr().stream().map(BrokerIncarnation::id).sorted().toList(),
                state.replicas());
        publish();
        return new IsrVerdict(IsrVerdict.Kind.COMMITTED, state);
    }

    /** Every broker sees the cluster as it is now. */
    void publish() {
        brokers.values().forEach(broker -> broker.host.onImage(image()));
    }

    ClusterImage image() {
        TreeMap<Integer, BrokerImage> live = new TreeMap<>();
        brokers.forEach((id, broker) -> live.put(id, new BrokerImage(broker.incarnation, new TreeMap<>(), null)));
        TreeMap<Integer, PartitionState> partitions = new TreeMap<>();
        if (state.leaderEpoch() >= 0) {
            partitions.put(0, state);
        }
        TreeMap<String, TopicImage> topics = new TreeMap<>();
        if (topicIsSeen) {
            topics.put("t", new TopicImage("t", PARTITION.topicId(), 1, 3, config, List.of(), partitions));
        }
        return new ClusterImage("cluster", null, 1, null, live, live, topics);
    }

    /** Asks a broker to append one record; the answer comes when time passes. */
    AtomicReference<@Nullable Outcome<Appended>> produce(int broker, String value, Acks acks) {
        return produce(broker, batch(value), acks);
    }

    AtomicReference<@Nullable Outcome<Appended>> produce(int broker, ByteBuffer batch, Acks acks) {
        AtomicReference<@Nullable Outcome<Appended>> answer = new AtomicReference<>();
        broker(broker).host.produce(PARTITION, batch, acks, 2 * SECOND, answer::set);
        return answer;
    }

    /** For at most 1 MiB. */
    AtomicReference<@Nullable Outcome<Fetched>> fetch(int broker, long offset, int minBytes, long maxWaitNs) {
        AtomicReference<@Nullable Outcome<Fetched>> answer = new AtomicReference<>();
        broker(broker).host.fetch(PARTITION, offset, minBytes, 1 << 20, maxWaitNs, answer::set);
        return answer;
    }

    /** What was answered; fails where nothing was, or a refusal. */
    static <T> T ok(AtomicReference<@Nullable Outcome<T>> answer) {
        return Objects.requireNonNull(answer.get(), "not answered")
                .fold(found -> found, refusal -> fail("refused: " + refusal));
    }

    /** Why it was refused; fails where it was not. */
    static Refusal refused(AtomicReference<? extends @Nullable Outcome<?>> answer) {
        return Objects.requireNonNull(answer.get(), "not answered")
                .fold(found -> fail("answered: " + found), refusal -> refusal);
    }

    static ByteBuffer batch(String value) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE);
        builder.append(1_700_000_000_000L, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)), List.of());
        return builder.build();
    }

    @Override
    public void close() throws DataDirectoryException {
        for (Broker broker : brokers.values()) {
            broker.data.close();
        }
    }
}
