package io.millrace.lab.history.check;

import io.millrace.lab.history.Places;
import java.util.List;
import java.util.Map;

/**
 * What a check came to. Numbers of records, but for events, commits and elections.
 *
 * @param indeterminate those whose writers were told that nobody knows
 * @param unanswered those whose writers were told nothing before the history ended
 * @param counts how often each anomaly was found; those that were not are left out
 * @param findings the first twenty of each
 * @param places in which findings are told
 */
public record HistoryReport(
        long events,
        long sent,
        long acknowledged,
        long refused,
        long indeterminate,
        long unanswered,
        long read,
        long commits,
        long elections,
        Map<Anomaly, Long> counts,
        List<Finding> findings,
        List<Availability> availability,
        Places places) {
    public HistoryReport {
        findings = List.copyOf(findings);
        availability = List.copyOf(availability);
    }

    public boolean isClean() {
        return findings.isEmpty();
    }

    /** How often it was found. */
    public long count(Anomaly anomaly) {
        return counts.getOrDefault(anomaly, 0L);
    }
}
