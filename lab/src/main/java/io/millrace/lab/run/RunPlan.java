package io.millrace.lab.run;

import io.millrace.lab.drill.Payload;
import java.time.Duration;
import java.util.List;

/**
 * What a run does.
 *
 * @param topic made by the run; must not exist
 * @param ratePerS records per second, over all partitions and producers
 * @param recordBytes of each record's value
 * @param producers each writes partitions of its own
 * @param readers each reads all partitions
 * @param members of the group, each of which joins and leaves again and again
 * @param faults in the order in which they strike, as far as the time allows
 * @param seed of the faults and of the members' lives
 */
public record RunPlan(
        String topic,
        int partitions,
        int replicationFactor,
        int ratePerS,
        int recordBytes,
        int producers,
        int readers,
        int members,
        Duration duration,
        List<FaultStep> faults,
        long seed) {
    /** How long replicas may take to get in sync, and writes to go on, after a fault is healed. */
    static final Duration HEAL_LIMIT = Duration.ofMinutes(2);
    /** How long the workload goes on before the first fault. */
    static final Duration WARM_UP = Duration.ofSeconds(2);
    /** How long readers may take in the end to have read everything. */
    static final Duration DRAIN_LIMIT = Duration.ofMinutes(1);

    public RunPlan {
        faults = List.copyOf(faults);
        if (partitions < 1 || replicationFactor < 1 || ratePerS < 1 || producers < 1) {
            throw new IllegalArgumentException("partitions, replicas, rate and producers are 1 or more");
        }
        if (readers < 0 || members < 0 || duration.isNegative()) {
            throw new IllegalArgumentException("readers, members and duration are 0 or more");
        }
        if (recordBytes < Payload.MIN_BYTES) {
            throw new IllegalArgumentException(
                    "a record takes at least " + Payload.MIN_BYTES + " bytes, not " + recordBytes);
        }
    }
}
