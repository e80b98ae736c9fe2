package io.millrace.lab.drill;

import java.util.List;
import java.util.Set;

/**
 * What one round showed. Times are in ms.
 *
 * @param number from 1
 * @param victims the brokers that were struck
 * @param wasController whether one of them was the controller
 * @param led partitions that they led
 * @param inFlight records in flight when the blow fell: to partitions that the victims led, or to any where they led none
 * @param gapMs the longest time without an acknowledgement on one of those partitions, from the last one before the blow
 *     until healing began; for a single kill that is how long its writers had to wait
 * @param followedGapMs the longest such time meanwhile on any partition that the victims did not lead; -1 where there is none,
 *     or no victim
 * @param stirMs the longest such time on any partition from then to the end of the round: while the victim came back, and
 *     while leaders were handed back to it
 * @param healMs from when healing began until all replicas were in sync
 * @param leadersMs from when healing began until every partition had a new leader; -1 where nobody asked
 * @param elections how many leaders were elected from just before the blow until the round's end
 * @param isrChanges how often an in-sync set changed meanwhile, elections not counted
 * @param isWhole whether all replicas were in sync at the end; where not, another round would show nothing
 * @param violations what should not have been, in words
 */
public record Round(
        int number,
        Set<Integer> victims,
        boolean wasController,
        Set<Integer> led,
        long inFlight,
        long gapMs,
        long followedGapMs,
        long stirMs,
        long healMs,
        long leadersMs,
        int elections,
        int isrChanges,
        boolean isWhole,
        List<String> violations) {

    public Round {
        violations = List.copyOf(violations);
    }
}
