package io.millrace.coordinator.tree;

import java.util.List;
import java.util.SortedMap;

/**
 * {@code /topics/<name>/state/<chunk>}: the state of up to {@link Paths#PARTITIONS_PER_CHUNK} partitions. Ignored unless
 * its topicId is the topic's.
 */
public record StateChunk(String topicId, int controllerEpoch, SortedMap<Integer, PartitionNode> partitions) {

    /** One partition: see {@code io.millrace.broker.core.PartitionState} for the meaning of each field. */
    public record PartitionNode(
            int leader,
            long leaderBrokerEpoch,
            int leaderEpoch,
            int partitionEpoch,
            List<Integer> isr,
            List<Integer> elr,
            List<Integer> lastKnownElr,
            SortedMap<Integer, Long> memberEpochs,
            List<Integer> replicas) {}
}
