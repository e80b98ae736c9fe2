package io.millrace.broker.core.group.assign;

import io.millrace.broker.core.TopicPartition;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;

/** A member while partitions are given away, with what it has been given so far. */
final class Taker {
    /** Who has less comes first; of those that have as much, the first by name. */
    static final Comparator<Taker> BY_LOAD =
            Comparator.comparingInt(Taker::load).thenComparingInt(Taker::place);

    final String id;
    final Candidate candidate;
    final SortedSet<TopicPartition> given = new TreeSet<>();
    /** In the order of names; {@link Takers} sets it. */
    int place;

    Taker(String id, Candidate candidate) {
        this.id = id;
        this.candidate = candidate;
    }

    boolean wants(String topic) {
        return candidate.topics().contains(topic);
    }

    int load() {
        return given.size();
    }

    int place() {
        return place;
    }
}
