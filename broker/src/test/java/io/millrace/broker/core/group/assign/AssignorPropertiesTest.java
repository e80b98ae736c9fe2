package io.millrace.broker.core.group.assign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every assignor promises, and what the uniform one does beyond it, over random groups. */
class AssignorPropertiesTest {
    private static final int ROUNDS = 500;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    static Stream<Assignor> all() {
        return Stream.of(new UniformAssignor(), new RangeAssignor(), new RoundRobinAssignor());
    }

    @ParameterizedTest
    @MethodSource("all")
    void eachWantedPartitionHasOneOwnerWhoWantsIt(Assignor assignor) {
        for (int round = 0; round < ROUNDS; round++) {
            SortedMap<String, AssignableTopic> topics = topics();
            SortedMap<String, Candidate> members = members(topics, false);

            Map<String, SortedSet<TopicPartition>> assigned = assignor.assign(members, topics);

            assertThat(assigned.keySet()).as("seed %d", seed).isEqualTo(members.keySet());
            List<TopicPartition> given =
                    assigned.values().stream().flatMap(Collection::stream).toList();
            assertThat(given).as("seed %d, round %d", seed, round).doesNotHaveDuplicates();
            assertThat(new HashSet<>(given))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(wanted(members, topics));
            assigned.forEach((id, partitions) -> assertThat(topicsOf(partitions, topics))
                    .as("seed %d, member %s", seed, id)
                    .isSubsetOf(Objects.requireNonNull(members.get(id)).topics()));
        }
    }

    @Test
    void whereAllWantTheSameNobodyHasTwoMoreAndNoMoveWasNeedless() {
        for (int round = 0; round < ROUNDS; round++) {
            SortedMap<String, AssignableTopic> topics = topics();
            SortedMap<String, Candidate> members = members(topics, true);

            Map<String, SortedSet<TopicPartition>> assigned = new UniformAssignor().assign(members, topics);

            List<Integer> loads =
                    assigned.values().stream().map(Set::size).sorted().toList();
            assertThat(loads.get(loads.size() - 1) - loads.get(0))
                    .as("seed %d, round %d", seed, round)
                    .isLessThanOrEqualTo(1);
            assertThat(kept(members, assigned))
                    .as("seed %d, round %d: kept", seed, round)
                    .isEqualTo(
                            mostThatCanBeKept(members, wanted(members, topics).size()));
        }
    }

    @Test
    void noSingleMoveMakesTheUniformOneMoreEven() {
        for (int round = 0; round < ROUNDS; round++) {
            SortedMap<String, AssignableTopic> topics = topics();
            SortedMap<String, Candidate> members = members(topics, false);
            Map<String, SortedSet<TopicPartition>> assigned = new UniformAssignor().assign(members, topics);

            String where = "seed " + seed + ", round " + round;
            assigned.forEach((rich, partitions) -> topicsOf(partitions, topics)
                    .forEach(topic -> members.forEach((poor, candidate) -> {
                        if (candidate.topics().contains(topic)) {
                            assertThat(partitions.size()
                                            - Objects.requireNonNull(assigned.get(poor))
                                                    .size())
                                    .as(where)
                                    .isLessThanOrEqualTo(1);
                        }
                    })));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatWasAssignedStaysWhenNothingHasChanged(Assignor assignor) {
        for (int round = 0; round < ROUNDS; round++) {
            SortedMap<String, AssignableTopic> topics = topics();
            SortedMap<String, Candidate> members = members(topics, false);
            Map<String, SortedSet<TopicPartition>> before = assignor.assign(members, topics);

            assertThat(assignor.assign(holding(members, before), topics))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(before);
        }
    }

    @Test
    void aMembersDeathMovesItsPartitionsAndNobodyElses() {
        for (int round = 0; round < ROUNDS; round++) {
            SortedMap<String, AssignableTopic> topics = topics();
            SortedMap<String, Candidate> members = members(topics, true);
            UniformAssignor assignor = new UniformAssignor();
            Map<String, SortedSet<TopicPartition>> before = assignor.assign(members, topics);
            SortedMap<String, Candidate> rest = holding(members, before);
            rest.remove(rest.firstKey());

            assignor.assign(rest, topics)
                    .forEach((id, partitions) ->
                            assertThat(partitions).as("seed %d", seed).containsAll(before.get(id)));
        }
    }

    @Test
    void partitionsGoToTheRackOfAReplicaWhereThatCostsNoEvenness() {
        SortedMap<String, AssignableTopic> topics = new TreeMap<>();
        topics.put("t", new AssignableTopic("id", 4, List.of(Set.of("a"), Set.of("b"), Set.of("b"), Set.of("a"))));
        SortedMap<String, Candidate> members = new TreeMap<>();
        members.put("1", new Candidate("1", Set.of("t"), Set.of(), "b"));
        members.put("2", new Candidate("2", Set.of("t"), Set.of(), "a"));

        Map<String, SortedSet<TopicPartition>> assigned = new UniformAssignor().assign(members, topics);

        assertThat(assigned.get("1")).extracting(TopicPartition::partition).containsExactly(1, 2);
        assertThat(assigned.get("2")).extracting(TopicPartition::partition).containsExactly(0, 3);
    }

    @Test
    void rangesAreConsecutiveAndTheFirstOnesLarger() {
        SortedMap<String, AssignableTopic> topics = new TreeMap<>();
        topics.put("t", new AssignableTopic("id", 7, List.of()));
        SortedMap<String, Candidate> members = new TreeMap<>();
        for (String id : List.of("x", "y", "z")) {
            // By name, not by id.
            members.put(id, new Candidate("x".equals(id) ? "zz" : id, Set.of("t"), Set.of(), null));
        }

        Map<String, SortedSet<TopicPartition>> assigned = new RangeAssignor().assign(members, topics);

        assertThat(assigned.get("y")).extracting(TopicPartition::partition).containsExactly(0, 1, 2);
        assertThat(assigned.get("z")).extracting(TopicPartition::partition).containsExactly(3, 4);
        assertThat(assigned.get("x")).extracting(TopicPartition::partition).containsExactly(5, 6);
    }

    @Test
    void roundRobinGoesOnWithTheNextMemberInTheNextTopic() {
        SortedMap<String, AssignableTopic> topics = new TreeMap<>();
        topics.put("a", new AssignableTopic("ida", 3, List.of()));
        topics.put("b", new AssignableTopic("idb", 3, List.of()));
        SortedMap<String, Candidate> members = new TreeMap<>();
        members.put("1", new Candidate("1", Set.of("a", "b"), Set.of(), null));
        members.put("2", new Candidate("2", Set.of("a", "b"), Set.of(), null));

        Map<String, SortedSet<TopicPartition>> assigned = new RoundRobinAssignor().assign(members, topics);

        assertThat(assigned.get("1"))
                .containsExactly(
                        new TopicPartition("ida", 0), new TopicPartition("ida", 2), new TopicPartition("idb", 1));
    }

    private SortedMap<String, AssignableTopic> topics() {
        SortedMap<String, AssignableTopic> topics = new TreeMap<>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            topics.put("topic-" + i, new AssignableTopic("id-" + i, 1 + random.nextInt(12), List.of()));
        }
        return topics;
    }

    /** Some with partitions from before, of which each has one holder at most; some of those are not there any more. */
    private SortedMap<String, Candidate> members(SortedMap<String, AssignableTopic> topics, boolean allWantAll) {
        SortedMap<String, Candidate> members = new TreeMap<>();
        List<TopicPartition> free = new ArrayList<>(topics.values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .toList());
        free.add(new TopicPartition("gone", 0));
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            Set<String> wanted = new TreeSet<>(topics.keySet());
            if (!allWantAll) {
                wanted.removeIf(topic -> random.nextInt(3) == 0);
            }
            Set<TopicPartition> holds = new HashSet<>();
            for (int left = random.nextInt(6); left > 0 && !free.isEmpty(); left--) {
                holds.add(free.remove(random.nextInt(free.size())));
            }
            members.put("m" + i, new Candidate("m" + i, wanted, holds, null));
        }
        return members;
    }

    private static SortedMap<String, Candidate> holding(
            SortedMap<String, Candidate> members, Map<String, SortedSet<TopicPartition>> assigned) {
        SortedMap<String, Candidate> holding = new TreeMap<>();
        members.forEach((id, member) -> holding.put(
                id,
                new Candidate(
                        member.name(), member.topics(), Objects.requireNonNull(assigned.get(id)), member.rack())));
        return holding;
    }

    private static Set<TopicPartition> wanted(
            SortedMap<String, Candidate> members, SortedMap<String, AssignableTopic> topics) {
        Set<TopicPartition> wanted = new HashSet<>();
        topics.forEach((name, topic) -> {
            if (members.values().stream().anyMatch(member -> member.topics().contains(name))) {
                wanted.addAll(topic.partitions());
            }
        });
        return wanted;
    }

    private static Set<String> topicsOf(
            Collection<TopicPartition> partitions, SortedMap<String, AssignableTopic> topics) {
        Set<String> names = new HashSet<>();
        topics.forEach((name, topic) -> {
            if (partitions.stream().anyMatch(partition -> partition.topicId().equals(topic.topicId()))) {
                names.add(name);
            }
        });
        return names;
    }

    private static int kept(SortedMap<String, Candidate> members, Map<String, SortedSet<TopicPartition>> assigned) {
        return members.entrySet().stream()
                .mapToInt(member -> (int) member.getValue().holds().stream()
                        .filter(held -> Objects.requireNonNull(assigned.get(member.getKey()))
                                .contains(held))
                        .count())
                .sum();
    }

    /** The larger shares to those who hold most. */
    private static int mostThatCanBeKept(SortedMap<String, Candidate> members, int partitions) {
        List<Integer> held = members.values().stream()
                .map(member -> (int) member.holds().stream()
                        .filter(partition -> !"gone".equals(partition.topicId()))
                        .count())
                .sorted(Comparator.reverseOrder())
                .toList();
        int share = partitions / held.size();
        int larger = partitions % held.size();
        return IntStream.range(0, held.size())
                .map(i -> Math.min(held.get(i), share + (i < larger ? 1 : 0)))
                .sum();
    }

    /** All groups of a broker share one loop: an assignment must not hold it up. */
    @Test
    void aThousandMembersAndTenThousandPartitionsTakeNoTime() {
        SortedMap<String, AssignableTopic> topics = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
            topics.put("t" + i, new AssignableTopic("id-" + i, 1_000, List.of()));
        }
        SortedMap<String, Candidate> members = new TreeMap<>();
        members.put("first", new Candidate("first", topics.keySet(), Set.of(), null));
        Map<String, SortedSet<TopicPartition>> all = new UniformAssignor().assign(members, topics);
        members.put("first", new Candidate("first", topics.keySet(), Objects.requireNonNull(all.get("first")), null));
        for (int i = 1; i < 1_000; i++) {
            members.put("m" + i, new Candidate("m" + i, topics.keySet(), Set.of(), null));
        }

        long startNs = System.nanoTime();
        Map<String, SortedSet<TopicPartition>> spread = new UniformAssignor().assign(members, topics);

        assertThat(spread.values())
                .allSatisfy(partitions -> assertThat(partitions).hasSize(10));
        assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(2));
    }
}
