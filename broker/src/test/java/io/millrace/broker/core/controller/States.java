package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.PartitionStates;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** States to decide upon. Broker ids are 1 to 9, so that {@code 25} can stand for broker 2 in its fifth epoch. */
final class States {

    static final int CONTROLLER_EPOCH = 7;
    static final TopicConfig CONFIG = new TopicConfig(Durability.FSYNC, 0, 1 << 28, 1 << 20);

    private States() {}

    /** @param brokers id and epoch as two digits: 11 is 1@1 */
    static SortedMap<Integer, LiveBroker> live(int... brokers) {
        TreeMap<Integer, LiveBroker> live = new TreeMap<>();
        for (int broker : brokers) {
            live.put(broker / 10, new LiveBroker(incarnation(broker), null, 1, 1));
        }
        return live;
    }

    static BrokerIncarnation incarnation(int broker) {
        return new BrokerIncarnation(broker / 10, broker % 10);
    }

    static ClusterState empty(SortedMap<Integer, LiveBroker> live) {
        return ClusterState.read(CONTROLLER_EPOCH, new TreeMap<>(), new TreeSet<>(), Safeguards.ALL)
                .withLive(live);
    }

    /** Brokers that cannot prove anything of their starts before. */
    static SortedMap<Integer, LiveBroker> lost(int... brokers) {
        TreeMap<Integer, LiveBroker> live = new TreeMap<>();
        for (int broker : brokers) {
            live.put(broker / 10, new LiveBroker(incarnation(broker), null, broker % 10, broker % 10));
        }
        return live;
    }

    static SortedMap<Integer, LiveBroker> and(
            SortedMap<Integer, LiveBroker> one, SortedMap<Integer, LiveBroker> other) {
        TreeMap<Integer, LiveBroker> both = new TreeMap<>(one);
        both.putAll(other);
        return both;
    }

    /** One topic "t" of one partition, with leader epoch 3 and partition epoch 5. */
    static ClusterState onePartition(
            SortedMap<Integer, LiveBroker> live, int leader, List<Integer> isr, List<Integer> replicas) {
        return onePartition(live, leader, isr, replicas, 0);
    }

    static ClusterState onePartition(
            SortedMap<Integer, LiveBroker> live,
            int leader,
            List<Integer> isr,
            List<Integer> replicas,
            int minInsyncReplicas) {
        TreeMap<Integer, PartitionState> partitions = new TreeMap<>();
        partitions.put(
                0,
                PartitionStates.of(
                        leader == -1 ? -1 : leader / 10, leader == -1 ? -1 : leader % 10, 3, 5, isr, replicas));
        TopicConfig config = new TopicConfig(Durability.FSYNC, minInsyncReplicas, 1 << 28, 1 << 20);
        TopicImage topic = new TopicImage("t", "t-id", 1, replicas.size(), config, List.of(), partitions);
        return empty(live).withTopic(topic);
    }

    static PartitionState partition(ClusterState state) {
        return partition(state, "t", 0);
    }

    static PartitionState partition(ClusterState state, String topic, int partition) {
        TopicImage found = state.topics().get(topic);
        PartitionState at = found == null ? null : found.partitions().get(partition);
        if (at == null) {
            throw new AssertionError("no " + topic + "-" + partition + " in " + state);
        }
        return at;
    }

    static TopicSpec spec(String name, int partitions, int replicationFactor) {
        return new TopicSpec(
                name, name + "-id", OptionalInt.of(partitions), OptionalInt.of(replicationFactor), CONFIG, List.of());
    }
}
