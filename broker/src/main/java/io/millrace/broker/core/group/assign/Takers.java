package io.millrace.broker.core.group.assign;

import io.millrace.broker.core.TopicPartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * All members while partitions are given away, and of each topic those that want it. Members of a group mostly want the
 * same topics: a thousand topics that a thousand members want are one list, and not a million questions.
 */
final class Takers {
    private final List<Taker> all = new ArrayList<>();
    private final SortedMap<String, Party> byTopic = new TreeMap<>();

    /**
     * All that want a topic, and the same one for another topic that the same ones want.
     *
     * @param number that no other party has
     * @param takers in the order of their names
     */
    record Party(int number, List<Taker> takers) {
        static final Party NOBODY = new Party(-1, List.of());

        boolean isEmpty() {
            return takers.isEmpty();
        }
    }

    Takers(SortedMap<String, Candidate> members) {
        members.forEach((id, candidate) -> all.add(new Taker(id, candidate)));
        all.sort(Comparator.comparing((Taker taker) -> taker.candidate.name()).thenComparing(taker -> taker.id));
        Map<Set<String>, List<Taker>> alike = new LinkedHashMap<>();
        for (int place = 0; place < all.size(); place++) {
            Taker taker = all.get(place);
            taker.place = place;
            alike.computeIfAbsent(taker.candidate.topics(), first -> new ArrayList<>())
                    .add(taker);
        }
        find(alike);
    }

    private void find(Map<Set<String>, List<Taker>> alike) {
        SortedMap<String, List<Integer>> wishes = new TreeMap<>();
        List<List<Taker>> likeMinded = new ArrayList<>(alike.values());
        int number = 0;
        for (Set<String> topics : alike.keySet()) {
            for (String topic : topics) {
                wishes.computeIfAbsent(topic, first -> new ArrayList<>()).add(number);
            }
            number++;
        }
        Map<List<Integer>, Party> made = new LinkedHashMap<>();
        wishes.forEach((topic, of) ->
                byTopic.put(topic, made.computeIfAbsent(of, first -> new Party(made.size(), merged(of, likeMinded)))));
    }

    private static List<Taker> merged(List<Integer> numbers, List<List<Taker>> likeMinded) {
        List<Taker> merged = new ArrayList<>();
        numbers.forEach(number -> merged.addAll(likeMinded.get(number)));
        merged.sort(Comparator.comparingInt(Taker::place));
        return Collections.unmodifiableList(merged);
    }

    /** In the order of their names. */
    List<Taker> all() {
        return Collections.unmodifiableList(all);
    }

    Party wanting(String topic) {
        return byTopic.getOrDefault(topic, Party.NOBODY);
    }

    Map<String, SortedSet<TopicPartition>> given() {
        Map<String, SortedSet<TopicPartition>> given = new TreeMap<>();
        all.forEach(taker -> given.put(taker.id, taker.given));
        return given;
    }
}
