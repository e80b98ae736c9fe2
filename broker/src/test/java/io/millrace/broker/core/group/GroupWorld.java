package io.millrace.broker.core.group;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.assign.AssignableTopic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A group, its coordinators, its members' processes and what is on its way between them, from one seed. Members read what
 * they were told to; messages to and from one of them stay in order and take as long as they like; a coordinator may be
 * followed by another at any time, with or without knowing whether its last write was stored.
 */
final class GroupWorld {
    private static final long SESSION_MS = 10_000;
    private static final long REBALANCE_MS = 5_000;

    final Random random;
    final SortedMap<String, AssignableTopic> topics = new TreeMap<>();
    final Map<String, Consumer> processes = new TreeMap<>();
    final List<String> trace = new ArrayList<>();
    GroupRecord tree = GroupRecord.none();

    @Nullable
    GroupRecord onItsWay;

    ConsumerGroup coordinator;
    long nowMs = 1_000;
    private int made;

    /** A consumer: what it reads is what it was told last, until it hears something else. */
    final class Consumer {
        final String id;
        final MemberConfig config;
        final ArrayDeque<GroupEffect.Assign> inbox = new ArrayDeque<>();
        SortedSet<TopicPartition> reads = new TreeSet<>();
        long generation;
        boolean isJoined;
        boolean isPaused;

        Consumer(String id, @Nullable String instanceId, Subscription subscription) {
            this.id = id;
            this.config = new MemberConfig(
                    instanceId, subscription, AssignorName.UNIFORM, null, "client", "host", SESSION_MS, REBALANCE_MS);
        }

        void join() {
            Outcome<List<GroupEffect>> outcome = coordinator.onJoin(id, generation, reads, config, nowMs);
            if (outcome instanceof Outcome.Ok<List<GroupEffect>> ok) {
                isJoined = true;
                inbox.clear();
                carryOut(ok.value());
            } else {
                onRefused(((Outcome.No<List<GroupEffect>>) outcome).refusal());
            }
        }

        void beat() {
            Outcome<List<GroupEffect>> outcome = coordinator.onHeartbeat(id, generation, reads, nowMs);
            if (outcome instanceof Outcome.Ok<List<GroupEffect>> ok) {
                carryOut(ok.value());
            } else {
                onRefused(((Outcome.No<List<GroupEffect>>) outcome).refusal());
            }
        }

        private void onRefused(Refusal refusal) {
            if (refusal.reason() == ErrorReason.UNKNOWN_MEMBER) {
                forget();
            }
        }

        void forget() {
            isJoined = false;
            generation = 0;
            reads = new TreeSet<>();
            inbox.clear();
        }

        void hear() {
            GroupEffect.Assign assign = inbox.poll();
            if (assign != null) {
                generation = assign.generation();
                reads = assign.partitions();
            }
        }
    }

    GroupWorld(long seed) {
        this.random = new Random(seed);
        addTopic("t0", 4);
        this.coordinator = new ConsumerGroup("g", GroupRecord.none(), topics, Safeguards.ALL, nowMs);
    }

    void addTopic(String name, int partitions) {
        topics.put(name, new AssignableTopic("id-" + name, partitions, List.of()));
    }

    Consumer start(@Nullable String instanceId) {
        made++;
        Consumer process =
                new Consumer("m" + made, instanceId, new Subscription(new TreeSet<>(), Pattern.compile("t.*")));
        processes.put(process.id, process);
        process.join();
        return process;
    }

    void carryOut(List<GroupEffect> effects) {
        for (GroupEffect effect : effects) {
            trace.add(nowMs + " " + effect);
            effect.deliverTo(new GroupEffect.Receiver() {
                @Override
                public void onStore(GroupEffect.Store store) {
                    assertThat(onItsWay).as("one write at a time").isNull();
                    onItsWay = store.record();
                }

                @Override
                public void onAssign(GroupEffect.Assign assign) {
                    Consumer process = processes.get(assign.memberId());
                    if (process != null && process.isJoined) {
                        process.inbox.add(assign);
                    }
                }

                @Override
                public void onExpel(GroupEffect.Expel expel) {
                    // It hears of it by its next heartbeat: one that is paused goes on reading.
                }
            });
        }
    }

    void store() {
        GroupRecord record = onItsWay;
        if (record != null) {
            onItsWay = null;
            assertThat(record.generation()).isGreaterThan(tree.generation());
            tree = record;
            carryOut(coordinator.onStored(nowMs));
        }
    }

    /** The coordinator dies; another claims the group. What was on its way is stored, or not. */
    void takeOver() {
        GroupRecord record = onItsWay;
        if (record != null && random.nextBoolean()) {
            tree = record;
        }
        onItsWay = null;
        tree = new GroupRecord(tree.generation() + 1, tree.members());
        trace.add(nowMs + " taken over in " + tree.generation());
        coordinator = new ConsumerGroup("g", tree, topics, Safeguards.ALL, nowMs);
        processes.values().forEach(process -> process.inbox.clear());
        processes.values().stream()
                .filter(process -> process.isJoined && !process.isPaused)
                .forEach(Consumer::join);
    }

    /** Whoever the coordinator takes for a member reads nothing that another one reads (S27). */
    void check() {
        Map<TopicPartition, String> reader = new HashMap<>();
        coordinator.members(nowMs).stream().map(MemberView::id).forEach(id -> {
            Consumer process = processes.get(id);
            if (process != null) {
                for (TopicPartition partition : process.reads) {
                    String other = reader.put(partition, id);
                    assertThat(other)
                            .as("%s reads %s too%n%s", id, partition, history())
                            .isNull();
                }
            }
        });
    }

    String history() {
        return String.join("\n", trace);
    }

    /** All that runs is heard, and nothing else happens any more. */
    void settle() {
        processes.values().forEach(process -> process.isPaused = false);
        for (int round = 0; round < 200; round++) {
            nowMs += 100;
            store();
            for (Consumer process : List.copyOf(processes.values())) {
                while (!process.inbox.isEmpty()) {
                    process.hear();
                }
                if (process.isJoined) {
                    process.beat();
                } else {
                    process.join();
                }
            }
            carryOut(coordinator.onTick(nowMs));
            check();
        }
    }

    Set<TopicPartition> allPartitions() {
        Set<TopicPartition> all = new HashSet<>();
        topics.values().forEach(topic -> {
            for (int i = 0; i < topic.partitionCount(); i++) {
                all.add(new TopicPartition(topic.topicId(), i));
            }
        });
        return all;
    }
}
