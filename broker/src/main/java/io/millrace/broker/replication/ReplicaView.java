package io.millrace.broker.replication;

/**
 * What any thread may know of a replica: written by its loop in one volatile write, so that its fields belong together.
 *
 * @param leading whether this broker leads the partition
 * @param leader broker that leads as far as is known, -1 for none
 * @param highWatermark exclusive
 * @param proven whether the high watermark may be announced (see {@code PartitionLeader#isHighWatermarkProven})
 */
public record ReplicaView(
        boolean leading,
        int leader,
        int leaderEpoch,
        long logStartOffset,
        long highWatermark,
        long logEndOffset,
        boolean proven) {}
