package io.millrace.coordinator.tree;

import java.util.List;
import java.util.SortedMap;

/**
 * {@code /topics/<name>}.
 *
 * @param config every value that applies, defaults filled in when the topic was made
 * @param overrides names of the values in {@code config} that were asked for rather than filled in
 */
public record TopicNode(
        String topicId,
        int partitions,
        int replicationFactor,
        SortedMap<String, String> config,
        List<String> overrides) {}
