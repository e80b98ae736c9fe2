package io.millrace.broker.core.group;

/**
 * An offset as it is remembered.
 *
 * @param offset the next one to read
 * @param leaderEpoch of the last record that was processed, -1 where the committer did not say
 * @param timeMs wall-clock milliseconds of the commit
 */
public record CommittedOffset(
        String topic, String topicId, int partition, long offset, int leaderEpoch, String metadata, long timeMs) {}
