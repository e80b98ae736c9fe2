package io.millrace.lab.history.check;

import io.millrace.lab.history.Partition;
import java.util.List;

/**
 * How a partition answered its writers.
 *
 * @param acknowledgements of writes, not of records
 * @param longestSilenceNs in which somebody waited
 * @param silences of 100 ms or more, the first thousand
 */
public record Availability(Partition partition, long acknowledgements, long longestSilenceNs, List<Silence> silences) {
    public Availability {
        silences = List.copyOf(silences);
    }

    /** Together, those below 100 ms not counted. */
    public long silentNs() {
        return silences.stream().mapToLong(Silence::lengthNs).sum();
    }
}
