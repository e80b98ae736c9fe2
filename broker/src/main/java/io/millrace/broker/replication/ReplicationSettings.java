package io.millrace.broker.replication;

import io.millrace.broker.core.Safeguards;

/**
 * How partitions are served and replicated.
 *
 * @param lagMaxNs a follower not caught up for longer leaves the in-sync set
 * @param windowBytes sent to one follower of one partition and not yet acknowledged, at most (but one batch always goes);
 *     while an in-sync follower is further behind than this, produce waits
 * @param sendMaxBytes of batches in one message to a follower, except that one batch always goes whole
 * @param highWatermarkDelayNs how long an advanced high watermark waits for data to ride on before it goes by itself
 * @param retryNs pause before a follower reconnects or a leader proposes again; a follower asks again after a shorter one
 *     that doubles up to this
 * @param minFreeBytes produce is refused while the data disk has less
 * @param safeguards all of them, but in tests
 */
public record ReplicationSettings(
        long lagMaxNs,
        int windowBytes,
        int sendMaxBytes,
        long highWatermarkDelayNs,
        long retryNs,
        long minFreeBytes,
        Safeguards safeguards) {}
