package io.millrace.broker.core;

import java.util.Comparator;

/**
 * A partition for ever: a topic that is deleted and created again under its name has another id.
 *
 * @param topicId 22 characters of URL-safe base64
 * @param partition from 0
 */
public record TopicPartition(String topicId, int partition) implements Comparable<TopicPartition> {

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topicId).thenComparingInt(TopicPartition::partition);

    @Override
    public int compareTo(TopicPartition other) {
        return ORDER.compare(this, other);
    }

    /** As in logs and directory names: {@code <topicId>-<partition>}. */
    @Override
    public String toString() {
        return topicId + "-" + partition;
    }
}
