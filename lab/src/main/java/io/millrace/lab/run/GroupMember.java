package io.millrace.lab.run;

import io.millrace.client.CommitPosition;
import io.millrace.client.Consumer;
import io.millrace.client.ConsumerConfig;
import io.millrace.client.GroupConfig;
import io.millrace.client.MillraceException;
import io.millrace.client.RebalanceListener;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicPartition;
import io.millrace.lab.drill.Payload;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One member of the group, from its joining to its end, on one thread.
 *
 * <p>A member that dies says nothing to anybody: it has an id of its own as instance, under which a consumer that is closed
 * is taken to come back, so that the coordinator has to miss it.
 */
final class GroupMember implements RebalanceListener {
    private static final Duration WAIT = Duration.ofMillis(200);
    private static final long SESSION_TIMEOUT_MS = 6_000;
    private static final long COMMIT_INTERVAL_MS = 500;

    private final String name;
    private final RunPlan plan;
    private final boolean isToDie;
    private final Recorder recorder;
    private final AtomicLong failures;
    private final PollTelling telling;
    private final Consumer consumer;
    private final Map<Integer, Long> committed = new HashMap<>();
    private long op;
    private boolean isDead;

    /** @param failures counts its polls and commits that fail */
    GroupMember(
            String name,
            String bootstrap,
            RunPlan plan,
            boolean isToDie,
            Payload payload,
            Recorder recorder,
            AtomicLong failures) {
        this.name = name;
        this.plan = plan;
        this.isToDie = isToDie;
        this.recorder = recorder;
        this.failures = failures;
        this.telling = new PollTelling(name, true, payload, recorder);
        this.consumer = Consumer.open(ConsumerConfig.of(bootstrap));
    }

    /** Reads and commits until it is to end; returns when it is gone. */
    void live(BooleanSupplier isOver) {
        recorder.onJoining(name, System.nanoTime());
        try (consumer) {
            consumer.subscribe(List.of(plan.topic()), config(), this);
            work(isOver);
            isDead = isToDie;
        } catch (MillraceException e) {
            failures.incrementAndGet();
        }
        recorder.onGone(name, System.nanoTime());
    }

    private GroupConfig config() {
        return GroupConfig.of(GroupSeat.group(plan))
                .withClientId(name)
                .withInstanceId(isToDie ? name : null)
                .withSessionTimeoutMs(SESSION_TIMEOUT_MS)
                .withAutoCommitIntervalMs(0)
                .withStartWhereNone(StartPosition.earliest());
    }

    private void work(BooleanSupplier isOver) {
        long commitNs = System.nanoTime();
        while (!isOver.getAsBoolean()) {
            long askedNs = System.nanoTime();
            try {
                telling.tell(consumer.poll(WAIT), askedNs);
            } catch (MillraceException e) {
                failures.incrementAndGet();
            }
            if (System.nanoTime() - commitNs >= 0) {
                telling.positions().forEach(this::commit);
                commitNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(COMMIT_INTERVAL_MS);
            }
        }
    }

    private void commit(int partition, long offset) {
        if (offset == committed.getOrDefault(partition, -1L)) {
            return;
        }
        committed.put(partition, offset);
        Commit commit = new Commit(name, op++, consumer.groupGeneration(), partition, offset);
        recorder.onCommit(commit, System.nanoTime());
        var unused = consumer.commitAsync(Map.of(named(partition), CommitPosition.of(offset)))
                .whenComplete((done, failure) -> onCommitDone(commit, failure));
    }

    private void onCommitDone(Commit commit, @Nullable Throwable failure) {
        if (failure == null) {
            recorder.onCommitted(commit, System.nanoTime());
            return;
        }
        failures.incrementAndGet();
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        boolean isDefinite = cause instanceof MillraceException e && e.isDefinite();
        String word = cause instanceof MillraceException e ? FailureWord.of(e) : String.valueOf(cause);
        recorder.onCommitFailed(commit, isDefinite, word, System.nanoTime());
    }

    private TopicPartition named(int partition) {
        return new TopicPartition(plan.topic(), partition);
    }

    @Override
    public void onAssigned(Set<TopicPartition> partitions) {
        recorder.onAssigned(name, consumer.groupGeneration(), numbers(partitions), System.nanoTime());
    }

    @Override
    public void onRevoked(Set<TopicPartition> partitions) {
        Set<Integer> gone = numbers(partitions);
        if (!isDead) {
            telling.positions().forEach((partition, offset) -> {
                if (gone.contains(partition)) {
                    commit(partition, offset);
                }
            });
        }
        release(gone, false);
    }

    @Override
    public void onLost(Set<TopicPartition> partitions) {
        release(numbers(partitions), true);
    }

    private void release(Set<Integer> gone, boolean isLost) {
        telling.forget(gone);
        committed.keySet().removeAll(gone);
        recorder.onReleased(name, gone, isLost, System.nanoTime());
    }

    private static Set<Integer> numbers(Set<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet());
    }
}
