package io.millrace.bench.load;

import io.millrace.bench.cluster.Cluster;

/**
 * Where a load runs.
 *
 * @param cluster gets the load
 * @param other is up too, and gets none
 * @param topic a new one
 */
public record Stage(Cluster cluster, Cluster other, String topic) {}
