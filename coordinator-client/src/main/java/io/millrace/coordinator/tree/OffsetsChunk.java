package io.millrace.coordinator.tree;

import java.util.SortedMap;

/** {@code /groups/<group>/offsets/<topic>/<chunk>}. Offsets of another topicId than the topic's are not its own. */
public record OffsetsChunk(String topicId, SortedMap<Integer, OffsetNode> partitions) {

    /**
     * @param offset next offset to read
     * @param leaderEpoch epoch of the last record that was processed, -1 where not known
     * @param time wall-clock milliseconds of the commit
     */
    public record OffsetNode(long offset, int leaderEpoch, String metadata, long time) {}
}
