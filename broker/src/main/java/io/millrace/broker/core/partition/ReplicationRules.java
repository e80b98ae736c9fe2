package io.millrace.broker.core.partition;

import io.millrace.broker.core.Durability;

/**
 * What a leader goes by.
 *
 * @param minInsyncReplicas the high watermark stands still while fewer replicas are in sync
 * @param lagMaxNs a follower that has not been caught up for longer leaves the in-sync set
 * @param proposalRetryNs how long to wait before a proposal without a usable answer is made again
 */
public record ReplicationRules(Durability durability, int minInsyncReplicas, long lagMaxNs, long proposalRetryNs) {}
