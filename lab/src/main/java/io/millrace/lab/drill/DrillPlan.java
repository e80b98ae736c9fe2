package io.millrace.lab.drill;

import java.time.Duration;

/**
 * What a drill does.
 *
 * @param topic made by the drill; must not exist
 * @param ratePerS records per second, over all partitions
 * @param recordBytes of each record's value
 * @param seed of the choice of victims and moments
 * @param isSelfTest also plants faults in what came back, each of which the check has to report
 */
public record DrillPlan(
        String topic,
        int partitions,
        int replicationFactor,
        int ratePerS,
        int recordBytes,
        int rounds,
        Fault fault,
        long seed,
        boolean isSelfTest) {
    /** How long writes may take to go on after a blow before the drill calls it a failure. */
    static final Duration RESUME_LIMIT = Duration.ofMinutes(1);
    /** How long replicas may take to get in sync after a fault is healed. */
    static final Duration FULL_LIMIT = Duration.ofMinutes(2);
    /** How long to wait for the preferred leaders before the round ends without them. */
    static final Duration BALANCE_LIMIT = Duration.ofSeconds(15);
    /** How long the load runs on a calm cluster before the first blow. */
    static final Duration WARM_UP = Duration.ofSeconds(3);
    /** How long the load goes on after leaders moved back: what that stirs up belongs to the round that is over. */
    static final Duration CALM = Duration.ofSeconds(3);

    public DrillPlan {
        if (partitions < 1 || replicationFactor < 1 || ratePerS < 1 || rounds < 1) {
            throw new IllegalArgumentException("partitions, replicas, rate and rounds are 1 or more");
        }
        if (recordBytes < Payload.MIN_BYTES) {
            throw new IllegalArgumentException(
                    "a record takes at least " + Payload.MIN_BYTES + " bytes, not " + recordBytes);
        }
    }
}
