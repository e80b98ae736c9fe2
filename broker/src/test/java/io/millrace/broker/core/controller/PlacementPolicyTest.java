package io.millrace.broker.core.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Outcome;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PlacementPolicyTest {

    @Test
    void replicasAndLeadershipsDifferByAtMostOneWhereThereAreNoRacks() {
        for (int brokers = 1; brokers <= 8; brokers++) {
            for (int replicationFactor = 1; replicationFactor <= brokers; replicationFactor++) {
                for (int partitions = 1; partitions <= 3 * brokers + 1; partitions++) {
                    check(brokers, replicationFactor, partitions);
                }
            }
        }
    }

    private static void check(int brokers, int replicationFactor, int partitions) {
        String what = brokers + " brokers, replication factor " + replicationFactor + ", " + partitions + " partitions";
        List<List<Integer>> placed = PlacementPolicy.place(cluster(brokers, 1), partitions, replicationFactor);

        assertThat(placed).as(what).hasSize(partitions);
        Map<Integer, Integer> led = zeroes(brokers);
        Map<Integer, Integer> held = zeroes(brokers);
        for (List<Integer> replicas : placed) {
            assertThat(replicas).as(what).hasSize(replicationFactor).doesNotHaveDuplicates();
            led.merge(replicas.get(0), 1, Integer::sum);
            replicas.forEach(id -> held.merge(id, 1, Integer::sum));
        }
        assertThat(spread(led.values())).as(what + ": leaderships %s", led).isLessThanOrEqualTo(1);
        assertThat(spread(held.values())).as(what + ": replicas %s", held).isLessThanOrEqualTo(1);
    }

    @Test
    void topicsOfOnePartitionSpreadOverTheBrokers() {
        ClusterState state = cluster(4, 1);
        Map<Integer, Integer> led = zeroes(4);
        for (int i = 0; i < 8; i++) {
            Decision<?> decision = TopicCreation.create(state, States.spec("t" + i, 1, 2));
            assertThat(decision.reply()).isInstanceOf(Outcome.Ok.class);
            state = decision.next();
            led.merge(States.partition(state, "t" + i, 0).leader(), 1, Integer::sum);
        }

        assertThat(led.values()).containsOnly(2);
    }

    @Test
    void successorsOfADeadLeaderAreSpreadToo() {
        List<List<Integer>> placed = PlacementPolicy.place(cluster(3, 1), 12, 3);

        TreeSet<Integer> successors = new TreeSet<>();
        placed.stream().filter(replicas -> replicas.get(0) == 1).forEach(replicas -> successors.add(replicas.get(1)));

        assertThat(successors).containsExactly(2, 3);
    }

    @Test
    void noTwoReplicasShareARackWhileThereIsAnother() {
        for (int brokers = 3; brokers <= 9; brokers++) {
            ClusterState state = cluster(brokers, 3);
            for (List<Integer> replicas : PlacementPolicy.place(state, 30, 3)) {
                assertThat(replicas.stream().map(id -> state.liveBroker(id).rack()))
                        .as("%d brokers, %s", brokers, replicas)
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void racksOfEqualSizeShareEvenly() {
        List<List<Integer>> placed = PlacementPolicy.place(cluster(6, 3), 24, 3);

        Map<Integer, Integer> led = zeroes(6);
        Map<Integer, Integer> held = zeroes(6);
        placed.forEach(replicas -> led.merge(replicas.get(0), 1, Integer::sum));
        placed.forEach(replicas -> replicas.forEach(id -> held.merge(id, 1, Integer::sum)));
        assertThat(spread(held.values())).isLessThanOrEqualTo(1);
        assertThat(spread(led.values())).as("leaderships %s", led).isLessThanOrEqualTo(1);
    }

    private static ClusterState cluster(int brokers, int racks) {
        SortedMap<Integer, LiveBroker> live = new TreeMap<>();
        for (int id = 1; id <= brokers; id++) {
            live.put(id, new LiveBroker(new BrokerIncarnation(id, 1), racks == 1 ? null : "rack-" + id % racks, 1, 1));
        }
        return States.empty(live);
    }

    private static Map<Integer, Integer> zeroes(int brokers) {
        TreeMap<Integer, Integer> counts = new TreeMap<>();
        for (int id = 1; id <= brokers; id++) {
            counts.put(id, 0);
        }
        return counts;
    }

    private static int spread(Collection<Integer> counts) {
        return Collections.max(counts) - Collections.min(counts);
    }
}
