package io.millrace.broker.core;

import java.util.Comparator;

/**
 * What a broker says of one of its logs that cannot serve.
 *
 * @param isGone nothing of it is on disk although an earlier process of the broker had it: it will not come back, while
 *     one that failed may be whole again after a restart
 */
public record FailedLog(TopicPartition partition, boolean isGone) implements Comparable<FailedLog> {

    private static final Comparator<FailedLog> ORDER =
            Comparator.comparing(FailedLog::partition).thenComparing(FailedLog::isGone);

    /** A log that is there, and cannot be trusted or reached. */
    public static FailedLog failed(TopicPartition partition) {
        return new FailedLog(partition, false);
    }

    /** A log that is not there. */
    public static FailedLog gone(TopicPartition partition) {
        return new FailedLog(partition, true);
    }

    @Override
    public int compareTo(FailedLog other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return partition + (isGone ? " (gone)" : "");
    }
}
