package io.millrace.broker.core.group;

import org.jspecify.annotations.Nullable;

/**
 * One offset that a consumer wants remembered.
 *
 * @param topicId the topic that the consumer has read, null where it did not say
 * @param offset the next one to read: one more than that of the last record that was processed
 * @param leaderEpoch of that last record, -1 where not known
 * @param metadata free text of at most {@link OffsetRules#MAX_METADATA_BYTES}
 * @param mayRewind whether it counts also where the group is beyond it
 */
public record OffsetCommit(
        String topic,
        @Nullable String topicId,
        int partition,
        long offset,
        int leaderEpoch,
        String metadata,
        boolean mayRewind) {}
