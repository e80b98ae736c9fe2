package io.millrace.broker.group;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicPartition;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Asks partitions, whoever leads them. From any thread; replies come once, within a few seconds, on any thread. */
public interface PartitionLookup {

    /** The end of this broker's own replica, committed or not; empty where it has none. At once. */
    OptionalLong localEnd(TopicPartition partition);

    /** Refused with UNKNOWN_TOPIC, LEADER_NOT_AVAILABLE or whatever the leader says. */
    void find(String topic, TopicPartition partition, Position position, Consumer<Outcome<Found>> reply);

    /** What is looked for. */
    sealed interface Position {
        /** The log's start. */
        record Earliest() implements Position {}

        /** The end of what is committed. */
        record Latest() implements Position {}

        /** The first record of that timestamp or later. */
        record Time(long timestampMs) implements Position {}

        /** The first record that has this offset or a higher one. */
        record Offset(long offset) implements Position {}
    }

    /**
     * @param offset -1 where there is no such record
     * @param timestampMs of the record, where one was looked for; -1 otherwise
     * @param end of what is committed, exclusive
     */
    record Found(long offset, long timestampMs, long end) {}
}
