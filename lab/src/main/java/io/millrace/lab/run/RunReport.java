package io.millrace.lab.run;

import io.millrace.lab.drill.CheckCounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run showed.
 *
 * @param cluster the cluster in words
 * @param command what repeats it
 * @param skipped faults that were wanted and could not be had, and why
 * @param lengthMs from the first record until the last fault was healed
 * @param check what is stored, judged by what was acknowledged
 * @param unequalReplicas partitions whose replicas differ as files; empty too where {@code isCompared} is false
 * @param isCompared whether the files of the replicas could be had
 * @param isDrained whether all consumers have read everything in the end
 */
public record RunReport(
        RunPlan plan,
        String cluster,
        String command,
        Instant startedAt,
        Map<FaultKind, String> skipped,
        long lengthMs,
        List<FaultOutcome> faults,
        List<Timeline.Bucket> buckets,
        List<Timeline.Silence> silences,
        ClientCounts clients,
        CheckCounts check,
        Readings.Counts readings,
        List<Integer> unequalReplicas,
        boolean isCompared,
        boolean isDrained) {

    public RunReport {
        skipped = Map.copyOf(skipped);
        faults = List.copyOf(faults);
        buckets = List.copyOf(buckets);
        silences = List.copyOf(silences);
        unequalReplicas = List.copyOf(unequalReplicas);
    }

    public int leaderMoves() {
        return faults.stream().mapToInt(FaultOutcome::elections).sum();
    }

    public long controllerMoves() {
        return faults.stream().filter(FaultOutcome::hasMovedController).count();
    }

    /** The longest of all faults. */
    public long maxUnavailableMs() {
        return faults.stream().mapToLong(FaultOutcome::unavailableMs).max().orElse(0);
    }

    /** Everything that should not have been, in words; empty where all is well. */
    public List<String> violations() {
        List<String> all = new ArrayList<>();
        if (!check.isClean()) {
            all.add("the log is not what was acknowledged");
        }
        if (!readings.isClean()) {
            all.add("consumers were not handed what is stored, in its order");
        }
        if (!unequalReplicas.isEmpty()) {
            all.add("replicas of partitions " + unequalReplicas + " differ");
        }
        if (!isDrained) {
            all.add("consumers had not read everything " + RunPlan.DRAIN_LIMIT.toSeconds()
                    + " s after the last record");
        }
        faults.stream().map(RunReport::unhealed).flatMap(Optional::stream).forEach(all::add);
        return all;
    }

    private static Optional<String> unhealed(FaultOutcome fault) {
        return Optional.ofNullable(fault.unhealed())
                .map(what -> "after " + fault.step() + " the cluster " + what.words() + ", in "
                        + RunPlan.HEAL_LIMIT.toSeconds() + " s");
    }
}
