package io.millrace.lab.run;

import io.millrace.lab.history.check.HistoryReport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run showed.
 *
 * @param history what the checker says of what clients asked for and were told
 * @param unequalReplicas partitions whose replicas differ as files; empty too where {@code isCompared} is false
 * @param isCompared whether the files of the replicas could be had
 */
public record RunReport(
        RunPlan plan,
        RunTarget target,
        Course course,
        HistoryReport history,
        List<Integer> unequalReplicas,
        boolean isCompared) {

    public RunReport {
        unequalReplicas = List.copyOf(unequalReplicas);
    }

    /** Everything that should not have been, in words; empty where all is well. */
    public List<String> violations() {
        List<String> all = new ArrayList<>();
        if (!course.check().isClean()) {
            all.add("the log is not what was acknowledged");
        }
        if (!course.readings().isClean()) {
            all.add("consumers were not handed what is stored, in its order");
        }
        if (!history.isClean()) {
            all.add("the history shows " + anomalies());
        }
        if (!unequalReplicas.isEmpty()) {
            all.add("replicas of partitions " + unequalReplicas + " differ");
        }
        if (!course.isDrained()) {
            all.add("consumers had not read everything " + RunPlan.DRAIN_LIMIT.toSeconds()
                    + " s after the last record");
        }
        course.faults().stream()
                .filter(fault -> !fault.isHealed())
                .forEach(fault -> all.add("after " + fault.step() + " the cluster was not whole again within "
                        + RunPlan.HEAL_LIMIT.toSeconds() + " s"));
        return all;
    }

    private String anomalies() {
        return history.counts().entrySet().stream()
                .map(entry -> entry.getKey().key() + " (" + entry.getValue() + ")")
                .collect(Collectors.joining(", "));
    }
}
