package io.millrace.coordinator.tree;

import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /groups/<group>/reset}: the last reset of the group's offsets, so that it can be undone.
 *
 * @param time wall-clock milliseconds
 * @param topics by name
 */
public record ResetNode(long time, SortedMap<String, TopicReset> topics) {

    /** @param partitions those that were set */
    public record TopicReset(String topicId, SortedMap<Integer, PartitionReset> partitions) {}

    /**
     * @param before null where the group had none
     * @param after null where it then had none
     */
    public record PartitionReset(
            @Nullable OffsetNode before, @Nullable Long after) {}
}
