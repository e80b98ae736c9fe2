package io.millrace.broker.core.partition;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.Safeguards;

/**
 * What a leader goes by.
 *
 * @param minInsyncReplicas the high watermark stands still while fewer replicas are in sync
 * @param lagMaxNs a follower that has not been caught up for longer leaves the in-sync set
 * @param windowBytes while an in-sync follower is further behind, nothing is appended
 * @param proposalRetryNs how long to wait before a proposal without a usable answer is made again
 * @param safeguards all of them, but in tests
 */
public record ReplicationRules(
        Durability durability,
        int minInsyncReplicas,
        long lagMaxNs,
        int windowBytes,
        long proposalRetryNs,
        Safeguards safeguards) {}
