package io.millrace.client;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads partitions: those that the application names ({@link #assign}), or its share of what a group reads ({@link
 * #subscribe}). Leaders push what comes into a buffer of bounded size; {@code poll} takes from it, and makes room for more.
 * An application that does not poll holds up nobody else, and no more memory than that; in a group it holds up those who
 * wait for its partitions, up to the rebalance timeout.
 *
 * <p>Follows leaders and coordinators as they move: records come in the order of their offsets, none twice and none left
 * out, whatever fails. Only committed records are read. In a group each partition has one reader at a time; where one dies,
 * the next one begins where the group has committed, so what was read beyond that is read twice.
 *
 * <p>Safe for threads, though only one at a time has a use for {@code poll}; {@link #wakeup}, {@link #close} and the
 * commits are meant for others too. What hangs on the future of a commit runs on the consumer's own thread, which must not be
 * held up: heartbeats are sent by it.
 */
public final class Consumer implements AutoCloseable {
    private static final RebalanceListener DEAF = new RebalanceListener() {};

    private final ConsumerConfig config;
    private final ConsumerEngine engine;
    private final Object lock = new Object();
    private boolean isAssigning;
    private boolean isClosed;
    private volatile @Nullable GroupReader reader;

    private Consumer(ConsumerConfig config) {
        this.config = config;
        this.engine = new ConsumerEngine(config);
    }

    /** Connects once something is assigned or subscribed to. To be closed. */
    public static Consumer open(ConsumerConfig config) {
        Consumer consumer = new Consumer(config);
        consumer.engine.start();
        return consumer;
    }

    /**
     * Reads these partitions and no others, from these positions; what was buffered is dropped.
     *
     * @throws IllegalStateException if the consumer is in a group
     */
    public void assign(Map<TopicPartition, StartPosition> positions) {
        synchronized (lock) {
            if (reader != null) {
                throw new IllegalStateException("a consumer that has subscribed reads what its group gives it");
            }
            isAssigning = true;
        }
        Map<TopicPartition, StartPosition> copy = Map.copyOf(positions);
        int turn = engine.buffer().assign(copy);
        copy.keySet().forEach(partition -> engine.watch(partition.topic()));
        engine.tell(machine -> machine.assign(copy, turn));
    }

    /**
     * Joins a group and reads its share of these topics, which need not exist yet. Returns at once; partitions come and go
     * inside {@code poll}.
     *
     * @throws IllegalStateException if the consumer is in a group already, or was assigned partitions: a consumer does one
     *     thing all its life
     */
    public void subscribe(Collection<String> topics, GroupConfig group, RebalanceListener listener) {
        join(Subscription.ofTopics(group, topics), listener);
    }

    public void subscribe(Collection<String> topics, GroupConfig group) {
        subscribe(topics, group, DEAF);
    }

    /**
     * The same for topics whose whole name matches an expression, those that come later too.
     *
     * @param pattern in the syntax of RE2; each poll throws INVALID_REQUEST where it is not
     */
    public void subscribe(String pattern, GroupConfig group, RebalanceListener listener) {
        join(Subscription.ofPattern(group, pattern), listener);
    }

    public void subscribe(String pattern, GroupConfig group) {
        subscribe(pattern, group, DEAF);
    }

    private void join(Subscription subscription, RebalanceListener listener) {
        synchronized (lock) {
            if (reader != null || isAssigning || isClosed) {
                throw new IllegalStateException(
                        "a consumer that is closed, has subscribed, or was assigned partitions cannot subscribe");
            }
            reader = new GroupReader(engine, engine.join(subscription), subscription.config(), listener);
        }
    }

    /** What {@code poll} reads. In a group, as the last poll has left it. */
    public Set<TopicPartition> assigned() {
        return engine.buffer().assigned();
    }

    /**
     * The group's generation, as the last poll has left it: the fencing token for writes to other systems. It never falls
     * while the consumer reads a partition, and whoever reads that partition next does so under a higher one: a system
     * that refuses what comes with a lower one than it has seen of the partition refuses a reader that was replaced and
     * does not know it. To be asked for by the polling thread, before the records of that poll are worked on: inside
     * {@link RebalanceListener#onAssigned} it is the new one, inside {@code onRevoked} and {@code onLost} still that under
     * which the partitions were read.
     *
     * @return 0 before the group has given the consumer anything, and after all was lost
     * @throws IllegalStateException if the consumer is in no group
     */
    public long groupGeneration() {
        return inGroup().generation();
    }

    /**
     * What has come since the last poll, about 1 MiB of it at most; waits for it as long as it is told to. The next poll
     * goes on behind it.
     *
     * <p>In a group this is also where partitions come and go: the {@link RebalanceListener} runs, what was handed out of
     * partitions that go is committed if that is automatic, and so are positions at their interval: with the next poll,
     * what this one hands out counts as processed. With nothing to read it waits.
     *
     * @return empty where nothing came in time, or {@link #wakeup} was called
     * <p>What passes by itself is never thrown, neither in a group nor out of one, and neither at first contact nor later:
     * brokers that refuse connections or say nothing, a leader or coordinator that moves. Then it returns nothing; the
     * consumer goes on trying for ever, and logs a WARN once until it can read again. {@link Producer#partitionCount} and
     * the calls of {@link MillraceClient} throw where there is no cluster.
     *
     * @throws MillraceException where a partition cannot be read on: REFUSED (OFFSET_OUT_OF_RANGE under
     *     {@link OutOfRangePolicy#FAIL}, UNKNOWN_TOPIC, …), PROTOCOL (a batch that does not match its checksum, or what
     *     answers is no broker), or CANCELLED where the thread was interrupted. Thrown by each poll until the partition is
     *     sought elsewhere, paused or not assigned any more. In a group also where the coordinator refuses the member
     *     (INSTANCE_ID_IN_USE, INVALID_REQUEST, …): thrown by each poll for as long as it does, while the consumer goes on
     *     trying
     * @throws IllegalStateException if the consumer is closed, or nothing is assigned and it is in no group
     */
    public ConsumerRecords poll(Duration timeout) {
        GroupReader inGroup = reader;
        return inGroup == null ? engine.buffer().poll(timeout.toNanos()) : inGroup.poll(timeout.toNanos());
    }

    /**
     * Commits what polls have handed out, of all partitions, and waits until ZooKeeper's quorum has it. Commits of one
     * consumer are stored in the order of the calls; of those that wait the newest of each partition counts, and each
     * partition by itself.
     *
     * @throws MillraceException REFUSED with UNKNOWN_MEMBER, NOT_PARTITION_OWNER or ILLEGAL_GENERATION where the partition is
     *     not this consumer's any more, OFFSET_OUT_OF_RANGE beyond its end; or what stood in the way for the timeout of
     *     the configuration
     * @throws IllegalStateException if the consumer is in no group, or this is its own thread
     */
    public void commit() {
        inGroup().await(inGroup().commitAsync());
    }

    /** Commits these, in the same way. Going back is allowed. */
    public void commit(Map<TopicPartition, CommitPosition> positions) {
        inGroup().await(commitAsync(positions));
    }

    /** Commits that this record was processed, and all before it in its partition. */
    public void commit(ConsumerRecord record) {
        inGroup().await(commitAsync(record));
    }

    /** Done when {@link #commit()} would return; fails with what it would throw. */
    public CompletableFuture<Void> commitAsync() {
        return inGroup().commitAsync();
    }

    public CompletableFuture<Void> commitAsync(Map<TopicPartition, CommitPosition> positions) {
        return inGroup().commitAsync(Map.copyOf(positions));
    }

    public CompletableFuture<Void> commitAsync(ConsumerRecord record) {
        return commitAsync(Map.of(record.topicPartition(), CommitPosition.after(record)));
    }

    /** What the group has committed of these, whoever reads them; partitions without an offset are left out. */
    public Map<TopicPartition, CommitPosition> committed(Set<TopicPartition> partitions) {
        return inGroup().committed(Set.copyOf(partitions));
    }

    private GroupReader inGroup() {
        GroupReader inGroup = reader;
        if (inGroup == null) {
            throw new IllegalStateException("the consumer is in no group: call subscribe first");
        }
        return inGroup;
    }

    /** Goes on there; what was buffered of the partition is dropped. */
    public void seek(TopicPartition partition, StartPosition position) {
        int turn = engine.buffer().seek(partition, position);
        engine.tell(machine -> machine.seek(partition, turn, position));
    }

    /**
     * The offset of the next record that {@code poll} returns. Waits for a start position that has to be found first.
     *
     * @throws MillraceException if it was not found within the timeout of the configuration: TIMED_OUT, with what stands
     *     in the way as its cause where that is known
     */
    public long position(TopicPartition partition) {
        return engine.buffer().position(partition, config.timeoutMs());
    }

    /** Polls return nothing of these until they are resumed; what was on its way stays in the buffer. */
    public void pause(Collection<TopicPartition> partitions) {
        setPaused(List.copyOf(partitions), true);
    }

    public void resume(Collection<TopicPartition> partitions) {
        setPaused(List.copyOf(partitions), false);
    }

    private void setPaused(List<TopicPartition> partitions, boolean isPaused) {
        engine.buffer().pause(partitions, isPaused);
        engine.tell(machine -> partitions.forEach(partition -> machine.pause(partition, isPaused)));
    }

    /** Ends the poll that waits, or else the next one, at once. From any thread. */
    public void wakeup() {
        engine.buffer().wakeup();
    }

    /**
     * Drops what was not polled. Whoever polls meanwhile gets an IllegalStateException.
     *
     * <p>In a group everything that was handed out counts as processed, and is committed if that is automatic; {@link
     * RebalanceListener#onRevoked} is called on this thread; and the member leaves, so that others get its partitions at
     * once. With an instance id it does not: its partitions wait for it, for the session timeout. Takes 5 s at most where
     * nobody answers, and as long as the listener does.
     */
    @Override
    public void close() {
        GroupReader inGroup;
        synchronized (lock) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            inGroup = reader;
        }
        engine.buffer().close();
        try {
            if (inGroup != null) {
                inGroup.close();
            }
        } finally {
            engine.stop();
        }
    }
}
