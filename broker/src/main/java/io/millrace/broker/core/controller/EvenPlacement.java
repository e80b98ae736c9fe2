package io.millrace.broker.core.controller;

import java.util.ArrayList;
import java.util.List;

/**
 * Deals replicas out like cards, so that no broker gets two more than another, neither replicas nor leaderships.
 *
 * <p>Partition p takes the next {@code replicationFactor} positions of the row of brokers. Over n partitions each of n
 * brokers is dealt the same number of replicas; that is a round. With g the greatest common divisor of n and the
 * replication factor, the dealt hands begin at every g-th position only and repeat after n/g partitions; taking the
 * leader one card further after each repetition lets each broker lead exactly once a round. Each round walks the row in
 * another stride, so that the replicas of a broker are spread over many others and not over its neighbours alone.
 */
final class EvenPlacement {

    private final List<Integer> brokers;
    private final int replicationFactor;
    private final List<Integer> strides = new ArrayList<>();

    private EvenPlacement(List<Integer> brokers, int replicationFactor) {
        this.brokers = brokers;
        this.replicationFactor = replicationFactor;
        for (int stride = 1; stride <= brokers.size(); stride++) {
            if (greatestCommonDivisor(stride, brokers.size()) == 1) {
                strides.add(stride);
            }
        }
    }

    static List<List<Integer>> place(List<Integer> brokers, int partitions, int replicationFactor) {
        EvenPlacement placement = new EvenPlacement(brokers, replicationFactor);
        List<List<Integer>> placed = new ArrayList<>(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            placed.add(placement.replicas(partition));
        }
        return placed;
    }

    private List<Integer> replicas(int partition) {
        int n = brokers.size();
        int round = partition / n;
        int inRound = partition % n;
        int repeatsAfter = n / greatestCommonDivisor(n, replicationFactor);
        int leader = inRound / repeatsAfter;
        List<Integer> replicas = new ArrayList<>(replicationFactor);
        replicas.add(dealt(round, inRound, leader));
        int followers = replicationFactor - 1;
        for (int i = 0; i < followers; i++) {
            // Turned when all strides were walked: the first follower succeeds a leader that dies, and it should vary.
            int follower = 1 + (i + round / strides.size()) % followers;
            replicas.add(dealt(round, inRound, (leader + follower) % replicationFactor));
        }
        return replicas;
    }

    private int dealt(int round, int inRound, int card) {
        int n = brokers.size();
        long position = (long) inRound * replicationFactor + card;
        int stride = strides.get(round % strides.size());
        return brokers.get((int) (position % n * stride % n));
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
