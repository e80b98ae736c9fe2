package io.millrace.broker.group;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a reset goes to. */
public sealed interface ResetTarget {
    /** The log's start. */
    record Earliest() implements ResetTarget {}

    /** The log's end. */
    record Latest() implements ResetTarget {}

    /** The first record of that timestamp or later, the end where there is none. */
    record Time(long timestampMs) implements ResetTarget {}

    /** So many records on from what is committed, back where negative; never beyond the log. */
    record Shift(long records) implements ResetTarget {}

    /** These, and no other partitions. */
    record Exact(List<Value> values) implements ResetTarget {
        public Exact {
            values = List.copyOf(values);
        }
    }

    /** @param topicId null: whichever topic has the name */
    record Value(String topic, @Nullable String topicId, int partition, long offset) {}

    /** What was there before the last reset. */
    record Undo() implements ResetTarget {}
}
