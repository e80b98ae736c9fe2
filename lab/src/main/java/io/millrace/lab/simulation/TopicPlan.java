package io.millrace.lab.simulation;

import io.millrace.broker.core.Durability;

/** A topic of a simulated cluster. */
public record TopicPlan(
        String name, int partitions, int replicationFactor, int minInsyncReplicas, Durability durability) {}
