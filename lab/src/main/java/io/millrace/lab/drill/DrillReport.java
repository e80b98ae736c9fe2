package io.millrace.lab.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a drill showed.
 *
 * @param sent records handed to the writers
 * @param failedBatches batches that failed for the writer, its retries included
 * @param firstFailure what the writer of one of them was told; empty where none failed
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
        long failedBatches,
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

    /** The upper one of the rounds in which a leader was struck; empty where there was none. */
    public OptionalLong medianGapMs() {
        List<Long> gaps = gaps();
        return gaps.isEmpty() ? OptionalLong.empty() : OptionalLong.of(gaps.get(gaps.size() / 2));
    }

    /** Of the rounds in which a leader was struck; empty where there was none. */
    public OptionalLong maxGapMs() {
        return gaps().stream().mapToLong(gap -> gap).max();
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
        if (plan.fault().promise().isUnnoticed() && failedBatches + failedFetches > 0) {
            all.add(failedBatches + " batches and " + failedFetches + " fetches failed; none should have");
        }
        if (!missedSelfTests.isEmpty()) {
            all.add("the check did not notice " + missedSelfTests);
        }
        return all;
    }

    private List<Long> gaps() {
        return rounds.stream()
                .filter(round -> round.victims().isEmpty() || !round.led().isEmpty())
                .map(Round::gapMs)
                .sorted()
                .toList();
    }
}
