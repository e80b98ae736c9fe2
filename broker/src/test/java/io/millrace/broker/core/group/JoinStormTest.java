package io.millrace.broker.core.group;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.assign.AssignableTopic;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What one member's coming costs, and how often a whole group is looked at. */
class JoinStormTest {
    private static final int MEMBERS = 1_000;
    private static final int PARTITIONS = 1_000;

    private final ConsumerGroup group = new ConsumerGroup("g", GroupRecord.none(), topics("t"), Safeguards.ALL, 0);

    /** Of what has to be looked through something is copied: bytes are counted, for they do not depend on the machine. */
    @Test
    void whatAJoinCostsDoesNotGrowWithTheGroup() {
        join("first", 0);
        group.onStored(0);
        join("second", 0);
        // A record is being stored, and all others wait for it.
        long ofTheFirst = joins(0, 100);
        joins(100, 800);
        long ofTheLast = joins(800, 900);

        assertThat(ofTheLast).isLessThan(2 * ofTheFirst);
        assertThat(ofTheLast / 100).as("bytes for each join").isLessThan(8_000);
    }

    private long joins(int from, int to) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = from; i < to; i++) {
            assertThat(join("m" + i, 0)).isEmpty();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void whatIsLetGoOfConcernsWhoGetsItAndNobodyElse() {
        join("first", 0);
        group.onStored(0);
        IntStream.range(0, 9).forEach(i -> join("m" + i, 1_000));
        group.onStored(1_000);
        assertThat(group.onTick(2_000)).isNotEmpty();
        SortedSet<TopicPartition> kept = keptBy("first", group.onStored(2_000));
        Set<TopicPartition> all = new TreeSet<>();
        IntStream.range(0, PARTITIONS).forEach(i -> all.add(new TopicPartition("id-t", i)));
        TopicPartition gone = all.stream()
                .filter(partition -> !kept.contains(partition))
                .findFirst()
                .orElseThrow();
        all.remove(gone);

        List<GroupEffect> told = ok(group.onHeartbeat("first", group.generation(), all, 2_000));

        assertThat(told).singleElement().satisfies(effect -> {
            GroupEffect.Assign assign = (GroupEffect.Assign) effect;
            assertThat(assign.memberId()).isNotEqualTo("first");
            assertThat(assign.partitions()).containsExactly(gone);
        });
    }

    private static SortedSet<TopicPartition> keptBy(String member, List<GroupEffect> effects) {
        return effects.stream()
                .filter(effect -> effect instanceof GroupEffect.Assign assign
                        && assign.memberId().equals(member))
                .map(effect -> ((GroupEffect.Assign) effect).partitions())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aLargeGroupRestsAfterEachRecordAndGoesOnByItself() {
        int records = 0;
        for (int ms = 0; ms < MEMBERS; ms++) {
            records += stores(join("m" + ms, ms));
            records += ms % 200 == 0 ? stores(group.onTick(ms)) : 0;
        }
        records += stores(group.onTick(2 * MEMBERS));

        assertThat(records).isBetween(2, 12);
        assertThat(group.members(2 * MEMBERS))
                .allSatisfy(member -> assertThat(
                                member.reads().size() + member.releases().size())
                        .as(member.id())
                        .isLessThanOrEqualTo(PARTITIONS));
        assertThat(group.onTick(4 * MEMBERS)).isEmpty();
    }

    /** Each record is stored at once. */
    private int stores(List<GroupEffect> effects) {
        boolean isStore = effects.stream().anyMatch(GroupEffect.Store.class::isInstance);
        if (isStore) {
            group.onStored(0);
        }
        return isStore ? 1 : 0;
    }

    @Test
    void aSmallGroupNeverRests() {
        SortedMap<String, AssignableTopic> few = new TreeMap<>();
        few.put("t", new AssignableTopic("id-t", 100, List.of()));
        ConsumerGroup small = new ConsumerGroup("g", GroupRecord.none(), few, Safeguards.ALL, 0);

        for (int i = 0; i < 100; i++) {
            List<GroupEffect> effects = ok(small.onJoin("m" + i, 0, Set.of(), config("t"), 0));
            assertThat(effects).as("join %s", i).singleElement().isInstanceOf(GroupEffect.Store.class);
            small.onStored(0);
        }
    }

    @Test
    void aTopicThatNobodyWantsMakesNoAssignment() {
        join("m", 0);
        group.onStored(0);
        SortedMap<String, AssignableTopic> more = topics("t", "unwanted");

        assertThat(group.onTopics(more, new TreeSet<>(Set.of("unwanted")), 10_000))
                .isEmpty();

        // After an assignment it would rest.
        assertThat(stores(join("next", 10_001))).isEqualTo(1);
    }

    private List<GroupEffect> join(String member, long nowMs) {
        return ok(group.onJoin(member, 0, Set.of(), config("t"), nowMs));
    }

    private static List<GroupEffect> ok(Outcome<List<GroupEffect>> outcome) {
        return outcome.fold(effects -> effects, refusal -> {
            throw new AssertionError(refusal);
        });
    }

    private static MemberConfig config(String topic) {
        return new MemberConfig(
                null,
                new Subscription(new TreeSet<>(List.of(topic)), null),
                AssignorName.UNIFORM,
                null,
                "client",
                "host",
                10_000,
                60_000);
    }

    private static SortedMap<String, AssignableTopic> topics(String... names) {
        SortedMap<String, AssignableTopic> topics = new TreeMap<>();
        for (String name : names) {
            topics.put(name, new AssignableTopic("id-" + name, PARTITIONS, List.of()));
        }
        return topics;
    }
}
