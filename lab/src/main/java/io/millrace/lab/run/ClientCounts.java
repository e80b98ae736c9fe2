package io.millrace.lab.run;

/**
 * What the clients of a run did, and what they were told.
 *
 * @param sent records that were handed to producers
 * @param failed of those, records that failed for the application, all retries included
 * @param refusals of those, records that a producer did not even take
 * @param latestMs by how much a record was handed over later than due, at most
 * @param failedPolls of readers
 * @param members how many there were in the group, one after the other
 * @param deaths of those, members that went without a word
 * @param failedGroupCalls their polls and commits that failed
 */
public record ClientCounts(
        long sent,
        long failed,
        long refusals,
        long latestMs,
        long failedPolls,
        long members,
        long deaths,
        long failedGroupCalls) {}
