package io.millrace.lab.run;

import io.millrace.lab.history.Run;
import java.util.List;

/**
 * What one poll handed out of one partition.
 *
 * @param reader its name, a new one for each consumer
 * @param isInGroup whether it is a member of the group, else it reads all partitions
 * @param askedNs when the poll began, of {@link System#nanoTime()}
 * @param nowNs when it returned
 * @param position where it went on
 * @param records at least one; values as in {@link Values}
 */
public record Polled(
        String reader, boolean isInGroup, int partition, long askedNs, long nowNs, long position, List<Run> records) {

    public Polled {
        records = List.copyOf(records);
    }

    /** How many records. */
    public long count() {
        return records.stream().mapToLong(Run::count).sum();
    }
}
