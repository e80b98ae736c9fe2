package io.millrace.lab.simulation;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.replication.ReplicationSettings;
import io.millrace.lab.simulation.cluster.ClusterPlan;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.NetworkPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Draws a run from its seed: cluster, topics, how the network is, which faults there are and how often. Runs that differ
 * in kind find more than many of the same kind: a fault that hides another one is simply not drawn in some.
 */
public final class Swarm {

    private static final int WINDOW_BYTES = 2_000;
    private static final int SEND_MAX_BYTES = 500;
    private static final long MIN_FREE_BYTES = 2_000;
    private static final int SMALL_SEGMENT_BYTES = 1_000;
    private static final int LARGE_SEGMENT_BYTES = 1 << 20;

    private final Chance chance;
    private final long seed;
    private final Safeguards safeguards;

    private Swarm(long seed, Safeguards safeguards) {
        this.seed = seed;
        this.safeguards = safeguards;
        this.chance = new Chance(seed).forUse("swarm");
    }

    /** The plan of {@code seed}, for brokers that keep to {@code safeguards}. */
    public static SwarmPlan plan(long seed, Safeguards safeguards) {
        return new Swarm(seed, safeguards).plan();
    }

    private SwarmPlan plan() {
        ClusterPlan cluster = cluster();
        return new SwarmPlan(
                seed,
                cluster,
                topics(cluster.brokers()),
                faults(),
                millis(chance.between(100, 1_500)),
                millis(chance.between(300, 6_000)),
                millis(chance.between(10, 60)),
                chance.between(1, 3),
                chance.between(0, 2),
                chance.between(0, 2),
                chance.between(1, 4),
                chance.oneIn(3),
                deeds(),
                millis(chance.between(50, 500)));
    }

    private ClusterPlan cluster() {
        return new ClusterPlan(
                chance.oneIn(4) ? chance.between(4, 5) : 3,
                network(),
                new ReplicationSettings(
                        millis(chance.between(300, 1_000)),
                        WINDOW_BYTES,
                        SEND_MAX_BYTES,
                        millis(5),
                        millis(chance.between(20, 100)),
                        MIN_FREE_BYTES,
                        safeguards),
                millis(chance.between(800, 3_000)),
                millis(chance.between(500, 1_500)),
                TimeUnit.MICROSECONDS.toNanos(50),
                chance.oneIn(3) ? millis(30) : millis(2));
    }

    private NetworkPlan network() {
        boolean lossy = chance.oneIn(2);
        return new NetworkPlan(
                TimeUnit.MICROSECONDS.toNanos(100),
                chance.oneIn(3) ? millis(20) : millis(2),
                lossy ? chance.between(1, 50) : 0,
                lossy ? chance.between(1, 50) : 0,
                lossy ? chance.between(0, 3) : 0,
                millis(chance.between(50, 2_000)));
    }

    private List<TopicPlan> topics(int brokers) {
        List<TopicPlan> topics = new ArrayList<>();
        topics.add(topic("main", chance.between(1, 3), 3, chance.oneIn(4) ? chance.between(1, 3) : 2));
        if (chance.oneIn(2)) {
            topics.add(topic("pair", 1, 2, chance.oneIn(3) ? 2 : 1));
        }
        if (chance.oneIn(6)) {
            topics.add(topic("single", 1, 1, 1));
        }
        if (brokers > 3 && chance.oneIn(2)) {
            topics.add(topic("wide", 1, brokers, chance.between(2, 3)));
        }
        return topics;
    }

    private TopicPlan topic(String name, int partitions, int replicationFactor, int minInsyncReplicas) {
        int segmentBytes = chance.oneIn(3) ? LARGE_SEGMENT_BYTES : SMALL_SEGMENT_BYTES;
        return new TopicPlan(name, partitions, replicationFactor, minInsyncReplicas, durability(), segmentBytes);
    }

    private Durability durability() {
        return chance.oneIn(3) ? Durability.REPLICATED : Durability.FSYNC;
    }

    private List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            if (chance.oneIn(3)) {
                // Those that are drawn are not equally frequent.
                faults.addAll(Collections.nCopies(chance.between(1, 3), fault));
            }
        }
        return faults;
    }

    private List<Deed> deeds() {
        List<Deed> deeds = new ArrayList<>();
        for (Deed deed : Deed.values()) {
            if (chance.oneIn(2)) {
                deeds.add(deed);
            }
        }
        return deeds;
    }

    private static long millis(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
