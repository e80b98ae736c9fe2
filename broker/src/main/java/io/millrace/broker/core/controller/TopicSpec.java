package io.millrace.broker.core.controller;

import io.millrace.broker.core.TopicConfig;
import java.util.List;
import java.util.OptionalInt;

/**
 * A topic as it is asked for.
 *
 * @param partitions empty for the default
 * @param replicationFactor empty for the default
 * @param config {@code minInsyncReplicas} 0 for the default of the replication factor
 * @param overrides names of the values in {@code config} that were asked for
 */
public record TopicSpec(
        String name,
        String topicId,
        OptionalInt partitions,
        OptionalInt replicationFactor,
        TopicConfig config,
        List<String> overrides) {

    public TopicSpec {
        overrides = List.copyOf(overrides);
    }
}
