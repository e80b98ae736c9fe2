package io.millrace.lab.run;

import io.millrace.client.Consumer;
import io.millrace.client.ConsumerConfig;
import io.millrace.client.ConsumerRecord;
import io.millrace.client.GroupConfig;
import io.millrace.client.MillraceException;
import io.millrace.client.RebalanceListener;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicPartition;
import io.millrace.lab.drill.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** One place in the group, in which one member follows the other: each joins, reads, commits, and leaves. */
final class GroupSeat {
    private static final Duration WAIT = Duration.ofMillis(200);
    private static final long SESSION_TIMEOUT_MS = 6_000;
    private static final long COMMIT_INTERVAL_MS = 500;
    private static final int MIN_LIFE_MS = 4_000;
    private static final int MAX_LIFE_MS = 20_000;

    private final int number;
    private final String bootstrap;
    private final RunPlan plan;
    private final Payload payload;
    private final Recorder recorder;
    private final Random random;
    private final Thread thread;
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong members = new AtomicLong();
    private volatile boolean isStaying;
    private volatile boolean isStopping;

    GroupSeat(int number, String bootstrap, RunPlan plan, Payload payload, Recorder recorder) {
        this.number = number;
        this.bootstrap = bootstrap;
        this.plan = plan;
        this.payload = payload;
        this.recorder = recorder;
        this.random = new Random(plan.seed() * 31 + number);
        this.thread = new Thread(this::run, "mill-seat-" + number);
    }

    /** The group that all members of a run are in. */
    static String group(RunPlan plan) {
        return plan.topic() + "-group";
    }

    void start() {
        thread.start();
    }

    /** Whoever is in the group now, or joins, stays until {@link #stop}. */
    void stay() {
        isStaying = true;
    }

    void stop() throws InterruptedException {
        isStopping = true;
        thread.join();
    }

    /** Polls, commits and goodbyes that failed. */
    long failures() {
        return failures.get();
    }

    /** How many members there were. */
    long members() {
        return members.get();
    }

    private void run() {
        while (!isStopping) {
            String name = "member-" + number + "-" + members.incrementAndGet();
            long lifeNs = TimeUnit.MILLISECONDS.toNanos(MIN_LIFE_MS + random.nextInt(MAX_LIFE_MS - MIN_LIFE_MS));
            try (Consumer consumer = Consumer.open(ConsumerConfig.of(bootstrap))) {
                live(consumer, name, System.nanoTime() + lifeNs);
            } catch (MillraceException e) {
                failures.incrementAndGet();
            }
        }
    }

    private void live(Consumer consumer, String name, long endNs) {
        GroupConfig config = GroupConfig.of(group(plan))
                .withClientId(name)
                .withSessionTimeoutMs(SESSION_TIMEOUT_MS)
                .withAutoCommitIntervalMs(0)
                .withStartWhereNone(StartPosition.earliest());
        consumer.subscribe(List.of(plan.topic()), config, new Told(name, consumer));
        long commitNs = System.nanoTime();
        while (!isStopping && (isStaying || System.nanoTime() - endNs < 0)) {
            try {
                consumer.poll(WAIT).forEach(read -> tell(name, read));
            } catch (MillraceException e) {
                failures.incrementAndGet();
            }
            if (System.nanoTime() - commitNs >= 0) {
                commit(consumer);
                commitNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(COMMIT_INTERVAL_MS);
            }
        }
    }

    private void tell(String name, ConsumerRecord read) {
        long number = payload.parse(read.partition(), read.value()).orElse(-1);
        recorder.onRead(name, true, read.partition(), read.offset(), number, System.nanoTime());
    }

    private void commit(Consumer consumer) {
        var unused = consumer.commitAsync().exceptionally(failure -> {
            failures.incrementAndGet();
            return null;
        });
    }

    private final class Told implements RebalanceListener {
        private final String name;
        private final Consumer consumer;

        Told(String name, Consumer consumer) {
            this.name = name;
            this.consumer = consumer;
        }

        @Override
        public void onAssigned(Set<TopicPartition> partitions) {
            recorder.onAssigned(name, numbers(partitions), System.nanoTime());
        }

        @Override
        public void onRevoked(Set<TopicPartition> partitions) {
            commit(consumer);
            recorder.onReleased(name, numbers(partitions), false, System.nanoTime());
        }

        @Override
        public void onLost(Set<TopicPartition> partitions) {
            recorder.onReleased(name, numbers(partitions), true, System.nanoTime());
        }

        private static Set<Integer> numbers(Set<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet());
        }
    }
}
