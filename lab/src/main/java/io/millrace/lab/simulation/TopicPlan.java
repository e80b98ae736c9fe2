package io.millrace.lab.simulation;

import io.millrace.broker.core.Durability;

/** A topic of a simulated cluster. */
public record TopicPlan(
        String name,
        int partitions,
        int replicationFactor,
        int minInsyncReplicas,
        Durability durability,
        int segmentBytes) {

    /** With a segment that holds all that a run writes. */
    TopicPlan(String name, int partitions, int replicationFactor, int minInsyncReplicas, Durability durability) {
        this(name, partitions, replicationFactor, minInsyncReplicas, durability, 1 << 20);
    }
}
