package io.millrace.lab.simulation.cluster;

import io.millrace.broker.replication.ReplicationSettings;
import io.millrace.lab.simulation.seam.NetworkPlan;

/**
 * What a simulated cluster is like.
 *
 * @param brokers with the ids 1 to this
 * @param livenessTimeoutNs a broker that is not heard for so long may be dead
 * @param syncMinNs how long a disk takes for a sync or a read, inclusive
 * @param syncMaxNs inclusive
 */
public record ClusterPlan(
        int brokers,
        NetworkPlan network,
        ReplicationSettings replication,
        long sessionTimeoutNs,
        long livenessTimeoutNs,
        long syncMinNs,
        long syncMaxNs) {}
