package io.millrace.broker.core.controller;

import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Where the replicas of a new topic go: by the state alone, so that it can be told in advance. Brokers that have little
 * come first; so topics of few partitions spread as well.
 */
final class PlacementPolicy {

    private PlacementPolicy() {}

    /**
     * One list of brokers for each partition, the preferred leader first.
     *
     * @param replicationFactor at most the number of live brokers
     */
    static List<List<Integer>> place(ClusterState state, int partitions, int replicationFactor) {
        List<LiveBroker> brokers = byLoad(state);
        long racks = brokers.stream().map(RackPlacement::rack).distinct().count();
        return racks > 1
                ? new RackPlacement(brokers).place(partitions, replicationFactor)
                : EvenPlacement.place(ids(brokers), partitions, replicationFactor);
    }

    private static List<LiveBroker> byLoad(ClusterState state) {
        TreeMap<Integer, Integer> led = new TreeMap<>();
        TreeMap<Integer, Integer> held = new TreeMap<>();
        for (TopicImage topic : state.topics().values()) {
            for (PartitionState partition : topic.partitions().values()) {
                led.merge(partition.replicas().get(0), 1, Integer::sum);
                partition.replicas().forEach(id -> held.merge(id, 1, Integer::sum));
            }
        }
        List<LiveBroker> brokers = new ArrayList<>(state.live().values());
        brokers.sort(Comparator.comparingInt((LiveBroker broker) ->
                        led.getOrDefault(broker.incarnation().id(), 0))
                .thenComparingInt(
                        broker -> held.getOrDefault(broker.incarnation().id(), 0))
                .thenComparingInt(broker -> broker.incarnation().id()));
        return brokers;
    }

    private static List<Integer> ids(Collection<LiveBroker> brokers) {
        return brokers.stream().map(broker -> broker.incarnation().id()).toList();
    }
}
