package io.millrace.broker.core.group.assign;

import io.millrace.broker.core.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A member while partitions are given away, with what it has been given so far. */
final class Taker {
    /** Who has less comes first; of those that have as much, the first by name. */
    static final Comparator<Taker> BY_LOAD =
            Comparator.comparingInt(Taker::load).thenComparingInt(taker -> taker.place);

    final String id;
    final Candidate candidate;
    final SortedSet<TopicPartition> given = new TreeSet<>();
    /** In the order of names. */
    private int place;

    private Taker(String id, Candidate candidate) {
        this.id = id;
        this.candidate = candidate;
    }

    /** In the order of names. */
    static List<Taker> of(SortedMap<String, Candidate> members) {
        List<Taker> takers = new ArrayList<>();
        members.forEach((id, candidate) -> takers.add(new Taker(id, candidate)));
        takers.sort(
                Comparator.comparing((Taker taker) -> taker.candidate.name()).thenComparing(taker -> taker.id));
        for (int i = 0; i < takers.size(); i++) {
            takers.get(i).place = i;
        }
        return takers;
    }

    /** Those that want the topic, in the order that they are in. */
    static List<Taker> of(String topic, List<Taker> takers) {
        return takers.stream().filter(taker -> taker.wants(topic)).toList();
    }

    static Map<String, SortedSet<TopicPartition>> given(List<Taker> takers) {
        Map<String, SortedSet<TopicPartition>> given = new TreeMap<>();
        takers.forEach(taker -> given.put(taker.id, taker.given));
        return given;
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
