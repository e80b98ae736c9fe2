package io.millrace.broker.core;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A topic and the recorded state of its partitions.
 *
 * @param overrides names of config values that were asked for when the topic was made
 * @param partitions by number; during creation and after a missed event some may be absent
 */
public record TopicImage(
        String name,
        String topicId,
        int partitionCount,
        int replicationFactor,
        TopicConfig config,
        List<String> overrides,
        SortedMap<Integer, PartitionState> partitions) {

    public TopicImage {
        overrides = List.copyOf(overrides);
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
    }
}
