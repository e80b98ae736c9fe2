package io.millrace.broker.core.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.assign.AssignableTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConsumerGroupTest {
    private final SortedMap<String, AssignableTopic> topics = topics("t", 4);
    private final ConsumerGroup group = new ConsumerGroup("g", GroupRecord.none(), topics, Safeguards.ALL, 0);
    private final List<GroupEffect> effects = new ArrayList<>();

    @Test
    void nobodyIsToldAnythingBeforeTheRecordIsStored() {
        join("m", "t");

        assertThat(effects).singleElement().isInstanceOf(GroupEffect.Store.class);
        effects.clear();
        effects.addAll(group.onStored(0));

        assertThat(effects).containsExactly(new GroupEffect.Assign("m", 1, partitions(0, 1, 2, 3)));
        assertThat(group.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void membersThatComeWhileOneRecordIsBeingStoredComeInTheNextTogether() {
        join("a", "t");
        effects.clear();
        join("b", "t");
        join("c", "t");
        assertThat(effects).isEmpty();

        effects.addAll(group.onStored(0));

        assertThat(effects)
                .filteredOn(GroupEffect.Store.class::isInstance)
                .singleElement()
                .satisfies(
                        store -> assertThat(((GroupEffect.Store) store).record().members())
                                .containsOnlyKeys("a", "b", "c"));
    }

    @Test
    void aTopicThatAppearsIsGivenAway() {
        join("m", "t", "later");
        group.onStored(0);
        SortedMap<String, AssignableTopic> more = topics("later", 1);
        more.putAll(topics);

        group.onTopics(more, new TreeSet<>(Set.of("later")), 0);
        List<GroupEffect> told = group.onStored(0);

        assertThat(told)
                .singleElement()
                .satisfies(effect -> assertThat(((GroupEffect.Assign) effect).partitions())
                        .contains(new TopicPartition("id-later", 0)));
    }

    @Test
    void aMemberThatDoesNotLetGoInTimeIsExpelled() {
        join("slow", "t");
        group.onStored(0);
        join("other", "t");
        group.onStored(0);

        for (long ms = 0; ms < 59_000; ms += 1_000) {
            beat("slow", group.generation(), Set.of(0, 1, 2, 3), ms);
            beat("other", group.generation(), Set.of(), ms);
            assertThat(group.onTick(ms)).isEmpty();
        }
        beat("slow", group.generation(), Set.of(0, 1, 2, 3), 60_000);
        beat("other", group.generation(), Set.of(), 60_000);

        assertThat(group.onTick(60_000))
                .filteredOn(GroupEffect.Expel.class::isInstance)
                .singleElement()
                .satisfies(expel ->
                        assertThat(((GroupEffect.Expel) expel).memberId()).isEqualTo("slow"));
    }

    @Test
    void aHeartbeatFromBeforeTheMemberWasToldLetsGoOfNothing() {
        join("a", "t");
        group.onStored(0);
        beat("a", 1, Set.of(0, 1, 2, 3), 0);
        join("b", "t");
        group.onStored(0);

        // It was sent in generation 1, when nothing but 0 was read yet, say.
        List<GroupEffect> told = beat("a", 1, Set.of(0), 0);

        assertThat(told).isEmpty();
        assertThat(beat("a", 2, Set.of(2, 3), 0)).containsExactly(new GroupEffect.Assign("b", 2, partitions(0, 1)));
    }

    @Test
    void theThousandAndFirstMemberIsRefused() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(tryJoin("m" + i, null, "nothing")).isInstanceOf(Outcome.Ok.class);
        }

        Outcome<List<GroupEffect>> oneTooMany = tryJoin("m1000", null, "nothing");

        assertThat(oneTooMany.fold(ok -> null, Refusal::reason)).isEqualTo(ErrorReason.LIMIT_EXCEEDED);
        assertThat(tryJoin("m0", null, "nothing")).isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void aTakeoverMovesNothingWhereAllComeBack() {
        GroupRecord stored = new GroupRecord(
                7,
                new TreeMap<>(
                        Map.of("a", new GroupRecord.Entry(null, 10_000), "b", new GroupRecord.Entry(null, 10_000))));
        ConsumerGroup next = new ConsumerGroup("g", stored, topics, Safeguards.ALL, 0);

        List<GroupEffect> told = new ArrayList<>();
        told.addAll(ok(next.onJoin("a", 6, partitions(0, 3), config(null, "t"), 10)));
        assertThat(told).containsExactly(new GroupEffect.Assign("a", 7, partitions(0, 3)));
        told.addAll(ok(next.onJoin("b", 6, partitions(1, 2), config(null, "t"), 20)));
        for (GroupEffect effect : List.copyOf(told)) {
            if (effect instanceof GroupEffect.Store) {
                told.addAll(next.onStored(20));
            }
        }

        assertThat(told).filteredOn(GroupEffect.Assign.class::isInstance).allSatisfy(effect -> {
            GroupEffect.Assign assign = (GroupEffect.Assign) effect;
            assertThat(assign.partitions())
                    .isEqualTo(assign.memberId().equals("a") ? partitions(0, 3) : partitions(1, 2));
        });
        assertThat(next.state()).isEqualTo(GroupState.STABLE);
    }

    @Test
    void aTakeoverWaitsForWhoDoesNotComeBackAndThenGoesOn() {
        GroupRecord stored = new GroupRecord(
                7,
                new TreeMap<>(
                        Map.of("a", new GroupRecord.Entry(null, 10_000), "dead", new GroupRecord.Entry(null, 10_000))));
        ConsumerGroup next = new ConsumerGroup("g", stored, topics, Safeguards.ALL, 0);
        ok(next.onJoin("a", 6, partitions(0, 1), config(null, "t"), 10));
        assertThat(next.onTick(4_900)).isEmpty();

        List<GroupEffect> gone = next.onTick(5_000);

        assertThat(gone).anyMatch(GroupEffect.Store.class::isInstance);
        assertThat(next.onStored(5_000)).containsExactly(new GroupEffect.Assign("a", 8, partitions(0, 1, 2, 3)));
    }

    @Test
    void theAssignorThatMostNameCounts() {
        ok(group.onJoin("a", 0, Set.of(), config(null, AssignorName.RANGE, "t"), 0));
        ok(group.onJoin("b", 0, Set.of(), config(null, AssignorName.RANGE, "t"), 0));
        ok(group.onJoin("c", 0, Set.of(), config(null, AssignorName.UNIFORM, "t"), 0));
        group.onStored(0);

        assertThat(group.assignor()).isEqualTo(AssignorName.RANGE);
    }

    private void join(String member, String... wanted) {
        effects.addAll(ok(tryJoin(member, null, wanted)));
    }

    private Outcome<List<GroupEffect>> tryJoin(String member, @Nullable String instance, String... wanted) {
        return group.onJoin(member, 0, Set.of(), config(instance, wanted), 0);
    }

    private List<GroupEffect> beat(String member, long generation, Set<Integer> holds, long nowMs) {
        return ok(group.onHeartbeat(member, generation, partitions(holds.toArray(Integer[]::new)), nowMs));
    }

    private static List<GroupEffect> ok(Outcome<List<GroupEffect>> outcome) {
        return outcome.fold(effects -> effects, refusal -> {
            throw new AssertionError(refusal);
        });
    }

    private static MemberConfig config(@Nullable String instance, String... wanted) {
        return config(instance, AssignorName.UNIFORM, wanted);
    }

    private static MemberConfig config(@Nullable String instance, AssignorName assignor, String... wanted) {
        return new MemberConfig(
                instance,
                new Subscription(new TreeSet<>(List.of(wanted)), null),
                assignor,
                null,
                "client",
                "host",
                10_000,
                60_000);
    }

    private static SortedSet<TopicPartition> partitions(Integer... numbers) {
        TreeSet<TopicPartition> partitions = new TreeSet<>();
        for (int number : numbers) {
            partitions.add(new TopicPartition("id-t", number));
        }
        return partitions;
    }

    private static SortedMap<String, AssignableTopic> topics(String name, int count) {
        SortedMap<String, AssignableTopic> topics = new TreeMap<>();
        topics.put(name, new AssignableTopic("id-" + name, count, List.of()));
        return topics;
    }
}
