package io.millrace.coordinator;

import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;

/**
 * How far a group has come in one partition.
 *
 * @param topicId of the topic that was read: another topic of the same name later does not inherit the offset
 * @param offset next offset to read
 * @param leaderEpoch epoch of the last record that was processed, -1 where not known
 * @param timeMs wall-clock time of the commit
 */
public record GroupOffset(
        String topic, String topicId, int partition, long offset, int leaderEpoch, String metadata, long timeMs) {

    public static GroupOffset of(String topic, String topicId, int partition, OffsetNode node) {
        return new GroupOffset(
                topic, topicId, partition, node.offset(), node.leaderEpoch(), node.metadata(), node.time());
    }

    public OffsetNode node() {
        return new OffsetNode(offset, leaderEpoch, metadata, timeMs);
    }
}
