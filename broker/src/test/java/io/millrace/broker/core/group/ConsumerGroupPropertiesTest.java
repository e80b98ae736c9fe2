package io.millrace.broker.core.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.TopicPartition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Random histories of members that come, go, hang and die, of topics that appear, and of coordinators that fall. */
class ConsumerGroupPropertiesTest {
    private static final int HISTORIES = 500;
    private static final int STEPS = 300;

    /** It gave away what a member had that counted as gone, and fell before the record without that one was stored. */
    @Test
    void seed59388255266872() {
        requireWell(59388255266872L);
    }

    @Test
    void noTwoMembersEverReadOnePartitionAndInTheEndEachPartitionHasItsReader() {
        LongStream.rangeClosed(1, HISTORIES).forEach(ConsumerGroupPropertiesTest::requireWell);
    }

    private static void requireWell(long seed) {
        GroupWorld world = new GroupWorld(seed);
        try {
            for (int step = 0; step < STEPS; step++) {
                step(world);
                world.check();
            }
            world.settle();
            assertSettled(world);
        } catch (AssertionError | RuntimeException failed) {
            throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
        }
    }

    private static void step(GroupWorld world) {
        world.nowMs += world.random.nextInt(300);
        List<GroupWorld.Consumer> processes = new ArrayList<>(world.processes.values());
        GroupWorld.Consumer any = processes.isEmpty() ? null : processes.get(world.random.nextInt(processes.size()));
        int dice = world.random.nextInt(100);
        if (dice < 6 && processes.size() < 7) {
            world.start(world.random.nextInt(3) == 0 ? "i" + world.random.nextInt(3) : null);
        } else if (dice < 8) {
            world.takeOver();
        } else if (dice < 9 && world.topics.size() < 4) {
            String name = "t" + world.topics.size();
            world.addTopic(name, 1 + world.random.nextInt(5));
            world.carryOut(world.coordinator.onTopics(world.topics, new TreeSet<>(Set.of(name)), world.nowMs));
        } else if (dice < 30) {
            world.store();
        } else if (dice < 40) {
            world.carryOut(world.coordinator.onTick(world.nowMs));
        } else if (any != null) {
            step(world, any, dice);
        }
    }

    private static void step(GroupWorld world, GroupWorld.Consumer process, int dice) {
        if (dice < 42) {
            // SIGKILL: its stream breaks.
            world.processes.remove(process.id);
            world.coordinator.onBroken(process.id, world.nowMs);
        } else if (dice < 44 && process.isJoined && !process.isPaused) {
            world.processes.remove(process.id);
            world.carryOut(world.coordinator.onLeave(process.id, world.nowMs));
        } else if (dice < 47) {
            process.isPaused = !process.isPaused;
        } else if (!process.isPaused && dice < 65) {
            process.hear();
        } else if (!process.isPaused && process.isJoined) {
            process.beat();
        } else if (!process.isPaused) {
            process.join();
        }
    }

    private static void assertSettled(GroupWorld world) {
        Set<TopicPartition> read = new HashSet<>();
        world.processes.values().forEach(process -> read.addAll(process.reads));
        if (world.processes.isEmpty()) {
            assertThat(world.coordinator.state()).isEqualTo(GroupState.EMPTY);
        } else {
            assertThat(read).as(world.history()).isEqualTo(world.allPartitions());
            assertThat(world.coordinator.state()).as(world.history()).isEqualTo(GroupState.STABLE);
        }
    }
}
