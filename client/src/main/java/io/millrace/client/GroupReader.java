package io.millrace.client;

import io.millrace.client.GroupHandover.Arrival;
import io.millrace.client.GroupHandover.Owned;
import io.millrace.client.GroupHandover.Step;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.ErrorReason;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's side of a group: what a poll does besides handing out records, and commits.
 *
 * <p>Concurrency: one poll at a time, whose lock also guards what automatic commits know; committing needs no lock.
 */
final class GroupReader {
    private static final Logger LOG = LoggerFactory.getLogger(GroupReader.class);

    /** What holds up a commit for longer would hold up the whole group. */
    private static final long MAX_COMMIT_WAIT_MS = 5_000;

    private static final long LAST_COMMITS_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long CLOSE_MS = 5_000;

    /** Kept back from the commit, for the leave. */
    private static final long LEAVE_MS = 1_000;

    private final ConsumerEngine engine;
    private final GroupEngine group;
    private final GroupConfig config;
    private final RebalanceListener listener;
    private final ReentrantLock polling = new ReentrantLock();
    private final Map<TopicPartition, Long> autoCommitted = new HashMap<>();
    private final Set<TopicPartition> withoutOffset = new HashSet<>();
    private long autoCommitDueNs;
    private volatile boolean mustCommitAll;

    GroupReader(ConsumerEngine engine, GroupEngine group, GroupConfig config, RebalanceListener listener) {
        this.engine = engine;
        this.group = group;
        this.config = config;
        this.listener = listener;
        this.autoCommitDueNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.autoCommitIntervalMs());
    }

    ConsumerRecords poll(long timeoutNs) {
        long deadlineNs = System.nanoTime() + timeoutNs;
        polling.lock();
        try {
            commitWhenDue(System.nanoTime());
            while (true) {
                for (Step step = group.handover().next();
                        step != null;
                        step = group.handover().next()) {
                    carryOut(step);
                }
                ConsumerRecords records = engine.buffer().pollOrAct(deadlineNs - System.nanoTime());
                if (records != null) {
                    return records;
                }
            }
        } finally {
            polling.unlock();
        }
    }

    private void carryOut(Step step) {
        if (step instanceof Step.Assign assign) {
            begin(assign.arrivals());
        } else if (step instanceof Step.Revoke revoke) {
            letGo(revoke);
        } else if (step instanceof Step.Lose lose) {
            stop(lose.partitions());
            listener.onLost(OwnedPartition.ids(lose.partitions()));
        }
    }

    private void begin(List<Arrival> arrivals) {
        Map<TopicPartition, StartPosition> positions = new LinkedHashMap<>();
        for (Arrival arrival : arrivals) {
            TopicPartition id = arrival.partition().id();
            CommitPosition committed = arrival.committed();
            if (committed == null) {
                positions.put(id, config.startWhereNone());
                withoutOffset.add(id);
            } else {
                positions.put(id, StartPosition.offset(committed.offset()));
                autoCommitted.put(id, committed.offset());
            }
        }
        engine.add(positions);
        listener.onAssigned(positions.keySet());
    }

    private void letGo(Step.Revoke revoke) {
        Set<TopicPartition> ids = OwnedPartition.ids(revoke.partitions());
        long deadlineNs = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(Math.min(MAX_COMMIT_WAIT_MS, config.rebalanceTimeoutMs() / 2));
        try {
            autoCommit(ids, deadlineNs);
            listener.onRevoked(ids);
        } finally {
            // What the listener has committed without waiting is waited for too: the next owner begins there.
            await(group.flush(), withTimeForCommits(deadlineNs), "commits");
            stop(revoke.partitions());
            group.handover().onRevoked(revoke.partitions());
            group.release(revoke.membership(), revoke.partitions());
        }
    }

    /** However long the listener took, what it has committed gets some time. */
    private static long withTimeForCommits(long deadlineNs) {
        long atLeastNs = System.nanoTime() + LAST_COMMITS_NS;
        return Math.max(deadlineNs - atLeastNs, 0) + atLeastNs;
    }

    private void stop(Set<OwnedPartition> partitions) {
        Set<TopicPartition> ids = OwnedPartition.ids(partitions);
        engine.remove(ids);
        autoCommitted.keySet().removeAll(ids);
        withoutOffset.removeAll(ids);
    }

    /**
     * What was handed out before counts as processed: the application has come back for more. Where a group had no offset,
     * the position that was found is committed at once: whoever takes over must not find another one.
     */
    private void commitWhenDue(long nowNs) {
        if (config.autoCommitIntervalMs() == 0) {
            return;
        }
        boolean isDue = nowNs - autoCommitDueNs >= 0;
        Map<TopicPartition, CommitPosition> positions = engine.buffer().positions();
        if (!isDue && withoutOffset.stream().noneMatch(positions::containsKey)) {
            return;
        }
        autoCommitDueNs = nowNs + TimeUnit.MILLISECONDS.toNanos(config.autoCommitIntervalMs());
        withoutOffset.removeAll(positions.keySet());
        var unused = commitChanged(positions).whenComplete((none, failure) -> {
            if (failure != null) {
                LOG.warn("group {}: not committed automatically: {}", config.group(), failure.getMessage());
            }
        });
    }

    private CompletableFuture<Void> commitChanged(Map<TopicPartition, CommitPosition> positions) {
        if (mustCommitAll) {
            mustCommitAll = false;
            autoCommitted.clear();
        }
        Map<TopicPartition, Owned> owned = group.handover().owned();
        Map<Owned, CommitPosition> changed = new LinkedHashMap<>();
        positions.forEach((id, position) -> {
            Owned one = owned.get(id);
            Long before = autoCommitted.get(id);
            if (one != null && (before == null || before != position.offset())) {
                changed.put(one, position);
                autoCommitted.put(id, position.offset());
            }
        });
        return group.commit(changed).whenComplete((none, failure) -> mustCommitAll |= failure != null);
    }

    /** Waits for it; where it fails the group goes on from what was committed before. */
    private void autoCommit(Collection<TopicPartition> ids, long deadlineNs) {
        if (config.autoCommitIntervalMs() > 0) {
            Map<TopicPartition, CommitPosition> positions = engine.buffer().positions();
            positions.keySet().retainAll(ids);
            await(commitChanged(positions), deadlineNs, "the last positions");
        }
    }

    private void await(CompletableFuture<Void> commit, long deadlineNs, String what) {
        try {
            commit.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("group {}: interrupted while {} were being committed", config.group(), what);
        } catch (TimeoutException e) {
            LOG.warn("group {}: {} could not be committed in time", config.group(), what);
        } catch (ExecutionException e) {
            LOG.warn("group {}: {} were not committed: {}", config.group(), what, e.getMessage());
        }
    }

    long generation() {
        return group.handover().generation();
    }

    /** What polls have handed out, of all partitions. */
    CompletableFuture<Void> commitAsync() {
        Map<TopicPartition, Owned> owned = group.handover().owned();
        Map<Owned, CommitPosition> positions = new LinkedHashMap<>();
        engine.buffer().positions().forEach((id, position) -> {
            Owned one = owned.get(id);
            if (one != null) {
                positions.put(one, position);
            }
        });
        return group.commit(positions);
    }

    CompletableFuture<Void> commitAsync(Map<TopicPartition, CommitPosition> positions) {
        Map<TopicPartition, Owned> owned = group.handover().owned();
        Map<Owned, CommitPosition> known = new LinkedHashMap<>();
        for (Map.Entry<TopicPartition, CommitPosition> one : positions.entrySet()) {
            Owned mine = owned.get(one.getKey());
            if (mine == null) {
                return CompletableFuture.failedFuture(
                        GroupEngine.refusal(ErrorReason.ERROR_REASON_NOT_PARTITION_OWNER));
            }
            known.put(mine, one.getValue());
        }
        return group.commit(known);
    }

    void await(CompletableFuture<Void> commit) {
        if (engine.isOwnThread()) {
            throw new IllegalStateException("called on the consumer's own thread, which it would wait for");
        }
        Blocking.await(commit);
    }

    Map<TopicPartition, CommitPosition> committed(Set<TopicPartition> partitions) {
        Set<String> topics = new TreeSet<>();
        partitions.forEach(partition -> topics.add(partition.topic()));
        if (topics.isEmpty()) {
            return Map.of();
        }
        Map<TopicPartition, CommitPosition> positions = new LinkedHashMap<>();
        Map<TopicPartition, CommittedOffset> found =
                Blocking.await(group.calls().committed(topics));
        for (TopicPartition partition : partitions) {
            CommittedOffset one = found.get(partition);
            if (one != null) {
                positions.put(partition, GroupCalls.position(one));
            }
        }
        return positions;
    }

    /** After the buffer was closed, which ends the poll that may be under way. */
    void close() {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS);
        long commitDeadlineNs = deadlineNs - TimeUnit.MILLISECONDS.toNanos(LEAVE_MS);
        try {
            if (lockedBy(commitDeadlineNs)) {
                try {
                    letGoOfAll(commitDeadlineNs);
                } finally {
                    polling.unlock();
                }
            }
        } finally {
            await(group.leave(), deadlineNs, "the leave and what came before it");
            group.end(MillraceException.withoutDetail(
                    Kind.CANCELLED, Certainty.CERTAINTY_INDETERMINATE, "the consumer was closed", null));
        }
    }

    /** A listener that does not come back must not hold up the end. */
    private boolean lockedBy(long deadlineNs) {
        try {
            return polling.tryLock(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return polling.tryLock();
        }
    }

    private void letGoOfAll(long deadlineNs) {
        group.handover().close();
        for (Step step = group.handover().next();
                step != null;
                step = group.handover().next()) {
            carryOut(step);
        }
        Set<TopicPartition> ids = new LinkedHashSet<>(group.handover().owned().keySet());
        try {
            autoCommit(ids, deadlineNs);
            if (!ids.isEmpty()) {
                listener.onRevoked(ids);
            }
        } finally {
            await(group.flush(), deadlineNs, "commits");
        }
    }
}
