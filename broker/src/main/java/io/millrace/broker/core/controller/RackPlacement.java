package io.millrace.broker.core.controller;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Puts the replicas of a partition on as many racks as there are, and evens out the load as far as that allows: each
 * replica goes to the rack that this partition uses least, there to the broker that holds least. Brokers that name no
 * rack stand together on one.
 */
final class RackPlacement {

    private final List<LiveBroker> brokers;
    private final int[] held;
    private final int[] led;

    RackPlacement(List<LiveBroker> brokers) {
        this.brokers = brokers;
        this.held = new int[brokers.size()];
        this.led = new int[brokers.size()];
    }

    static String rack(LiveBroker broker) {
        String rack = broker.rack();
        return rack == null ? "" : rack;
    }

    List<List<Integer>> place(int partitions, int replicationFactor) {
        List<List<Integer>> placed = new ArrayList<>(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            placed.add(leaderFirst(choose(replicationFactor)));
        }
        return placed;
    }

    /** Positions in {@code brokers}. */
    private List<Integer> choose(int replicationFactor) {
        TreeMap<String, Integer> onRack = new TreeMap<>();
        List<Integer> chosen = new ArrayList<>(replicationFactor);
        while (chosen.size() < replicationFactor) {
            int next = IntStream.range(0, brokers.size())
                    .filter(i -> !chosen.contains(i))
                    .boxed()
                    .min(Comparator.comparingInt((Integer i) -> onRack.getOrDefault(rack(brokers.get(i)), 0))
                            .thenComparingInt(i -> held[i])
                            .thenComparingInt(i -> led[i]))
                    .orElseThrow();
            chosen.add(next);
            onRack.merge(rack(brokers.get(next)), 1, Integer::sum);
            held[next]++;
        }
        return chosen;
    }

    private List<Integer> leaderFirst(List<Integer> chosen) {
        int leader = chosen.stream()
                .min(Comparator.comparingInt((Integer i) -> led[i]))
                .orElseThrow();
        led[leader]++;
        List<Integer> replicas = new ArrayList<>();
        replicas.add(brokers.get(leader).incarnation().id());
        for (int other : chosen) {
            if (other != leader) {
                replicas.add(brokers.get(other).incarnation().id());
            }
        }
        return replicas;
    }
}
