package io.millrace.lab.run;

import io.millrace.lab.cluster.ClusterProcesses;
import java.util.Map;
import java.util.Optional;

/**
 * The cluster of a run.
 *
 * @param bootstrap where clients find it
 * @param description in words, for the report
 * @param command what repeats the run
 * @param skipped faults that were wanted and cannot be had here, and why
 * @param conditions version and machine, in words
 * @param processes where its files can be looked at
 */
public record RunTarget(
        String bootstrap,
        String description,
        String command,
        FaultKit kit,
        Map<FaultKind, String> skipped,
        String conditions,
        Optional<ClusterProcesses> processes) {

    public RunTarget {
        skipped = Map.copyOf(skipped);
    }
}
