package io.millrace.broker.group;

import static io.millrace.broker.group.GroupsWorld.offset;
import static io.millrace.broker.group.GroupsWorld.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GroupExpiryTest {
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

    private final GroupsWorld world = new GroupsWorld(1, 2);

    @Test
    void r42AGroupGoesWhenNobodyWasInItForLongAndNotBefore() {
        GroupsWorld.Member member = world.member("g", "m").join();
        value(member.commit(0, 4));
        member.leave();

        world.pass(7 * DAY_MS - HOUR_MS);
        assertThat(groups()).containsExactly("g");
        world.pass(3 * HOUR_MS);

        assertThat(groups()).isEmpty();
    }

    @Test
    void r42AGroupWithAMemberStaysThoughNothingIsCommitted() {
        GroupsWorld.Member member = world.member("g", "m").join();
        value(member.commit(0, 4));

        for (long hour = 0; hour < 24 * 8; hour++) {
            for (int beat = 0; beat < 720; beat++) {
                world.pass(5_000);
                member.beat();
            }
        }

        assertThat(groups()).containsExactly("g");
    }

    @Test
    void aGroupWithoutMembersStaysForAsLongAsSomebodyCommits() {
        for (int day = 0; day < 20; day++) {
            value(world.ask(
                    reply -> world.of("g").commit("g", Committer.NOBODY, List.of(offset("t", 0, 1)), reply.to())));
            world.pass(DAY_MS);
        }
        assertThat(groups()).containsExactly("g");

        world.pass(8 * DAY_MS);
        assertThat(groups()).isEmpty();
    }

    @Test
    void d11AClockThatIsSetForwardTakesNothingAwayWithinTheHour() {
        GroupsWorld.Member member = world.member("g", "m").join();
        value(member.commit(0, 4));
        member.leave();
        world.pass(HOUR_MS);

        world.wallOffsetMs = 30 * DAY_MS;
        world.pass(HOUR_MS - 60_000);
        assertThat(groups()).containsExactly("g");
        world.wallOffsetMs = 0;
        world.pass(3 * HOUR_MS);

        assertThat(groups()).containsExactly("g");
    }

    @Test
    void offsetsOfADeletedTopicGoAfterAnHourAndThoseOfOthersStay() {
        committedInTwoTopics();
        world.partitionCounts.remove("gone");
        world.deleted.add("gone");
        world.publish();

        world.pass(HOUR_MS - 60_000);
        assertThat(world.find("/groups/g/offsets/gone")).isPresent();
        world.pass(HOUR_MS / 2);

        assertThat(world.find("/groups/g/offsets/gone")).isEmpty();
        assertThat(world.find("/groups/g/offsets/t/0")).isPresent();
    }

    @Test
    void n14OffsetsOfATopicThatIsOnlyNotSeenStay() {
        committedInTwoTopics();
        world.partitionCounts.remove("gone");
        world.publish();

        world.pass(5 * HOUR_MS);

        assertThat(world.find("/groups/g/offsets/gone/0")).isPresent();
    }

    @Test
    void theHourBeginsAnewForATopicThatWasSeenInBetween() {
        committedInTwoTopics();
        world.deleted.add("gone");
        world.partitionCounts.remove("gone");
        world.publish();
        world.pass(HOUR_MS - 60_000);
        world.partitionCounts.put("gone", 3);
        world.publish();
        world.pass(HOUR_MS / 2);
        world.partitionCounts.remove("gone");
        world.publish();
        world.pass(HOUR_MS / 2);

        assertThat(world.find("/groups/g/offsets/gone/0")).isPresent();
    }

    private void committedInTwoTopics() {
        world.partitionCounts.put("gone", 3);
        world.publish();
        for (String topic : List.of("t", "gone")) {
            value(world.ask(
                    reply -> world.of("g").commit("g", Committer.NOBODY, List.of(offset(topic, 0, 1)), reply.to())));
        }
    }

    private List<String> groups() {
        return value(world.<GroupPage>answer(reply -> world.of("g").list("", reply))).groups().stream()
                .map(ListedGroup::group)
                .toList();
    }
}
