package io.millrace.lab.simulation;

import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run.
 *
 * @param failure what did not hold, null where everything did
 * @param traceHash over all events, for comparing two runs of one seed
 * @param virtualNs that passed in the simulated cluster
 * @param deeds what came of an operator's work on groups and topics
 * @param planted how often each fault was planted
 */
public record SimulationResult(
        long seed,
        @Nullable Throwable failure,
        long traceHash,
        long events,
        long virtualNs,
        long acknowledged,
        long reads,
        long commits,
        int deeds,
        SortedMap<Fault, Integer> planted) {

    public boolean isGood() {
        return failure == null;
    }

    /** One line for people. */
    public String inWords() {
        StringBuilder words = new StringBuilder(String.format(
                "seed %d: %d events in %.1f s, %d acknowledged, %d reads, %d commits, %d deeds, faults",
                seed, events, virtualNs / 1e9, acknowledged, reads, commits, deeds));
        for (Map.Entry<Fault, Integer> entry : planted.entrySet()) {
            words.append(' ').append(entry.getKey()).append('*').append(entry.getValue());
        }
        words.append(String.format(", trace %016x", traceHash));
        return failure == null ? words.toString() : words + ": " + failure;
    }
}
