package io.millrace.lab.drill;

import java.util.ArrayList;
import java.util.List;

/**
 * What a drill showed.
 *
 * @param sent records handed to the producer
 * @param failedRecords records that failed for the producer, its retries included
 * @param firstFailure what the producer was told of one of them; empty where none failed
 * @param fetches of a consumer that followed all the while
 * @param failedFetches of those
 * @param latestMs by how much the load ran late, at most
 * @param missedSelfTests planted faults that the check did not report; empty where none was planted
 * @param isSelfTested whether faults were planted
 * @param unequalReplicas partitions whose replicas hold different bytes
 */
public record DrillReport(
        DrillPlan plan,
        List<Round> rounds,
        long sent,
        long failedRecords,
        String firstFailure,
        long fetches,
        long failedFetches,
        long latestMs,
        CheckCounts check,
        List<PlantedFault> missedSelfTests,
        boolean isSelfTested,
        List<Integer> unequalReplicas) {

    public DrillReport {
        rounds = List.copyOf(rounds);
        missedSelfTests = List.copyOf(missedSelfTests);
        unequalReplicas = List.copyOf(unequalReplicas);
    }

    /** Of the rounds in which a leader was struck, or nobody was meant to notice. */
    public Gaps gaps() {
        return new Gaps(rounds.stream()
                .filter(round -> round.victims().isEmpty() || !round.led().isEmpty())
                .map(Round::gapMs)
                .toList());
    }

    /** Of partitions that the victims did not lead. */
    public Gaps followedGaps() {
        return new Gaps(rounds.stream()
                .map(Round::followedGapMs)
                .filter(gapMs -> gapMs >= 0)
                .toList());
    }

    /** Everything that should not have been, in words; empty where all is well. */
    public List<String> violations() {
        List<String> all = new ArrayList<>();
        rounds.forEach(round ->
                round.violations().forEach(violation -> all.add("round " + round.number() + ": " + violation)));
        if (!check.isClean()) {
            all.add("the log is not what was acknowledged");
        }
        if (!unequalReplicas.isEmpty()) {
            all.add("replicas of partitions " + unequalReplicas + " differ");
        }
        if (plan.fault().promise().failsNothing() && failedRecords + failedFetches > 0) {
            all.add(failedRecords + " records and " + failedFetches + " fetches failed; none should have");
        }
        if (!missedSelfTests.isEmpty()) {
            all.add("the check did not notice " + missedSelfTests);
        }
        return all;
    }
}
