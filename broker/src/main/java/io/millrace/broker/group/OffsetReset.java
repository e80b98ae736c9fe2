package io.millrace.broker.group;

import java.util.List;

/**
 * Offsets to be set by hand.
 *
 * @param topics what of; none for all that the group has offsets of
 * @param isDryRun only say what would be set
 */
public record OffsetReset(String group, List<TopicChoice> topics, ResetTarget target, boolean isDryRun) {
    public OffsetReset {
        topics = List.copyOf(topics);
    }

    /** @param partitions none for all */
    public record TopicChoice(String topic, List<Integer> partitions) {
        public TopicChoice {
            partitions = List.copyOf(partitions);
        }
    }
}
