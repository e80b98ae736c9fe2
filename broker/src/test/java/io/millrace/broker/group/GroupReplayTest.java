package io.millrace.broker.group;

import static io.millrace.broker.group.GroupsWorld.offset;
import static io.millrace.broker.group.GroupsWorld.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.group.GroupsWorld.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What went wrong with groups elsewhere, played again: well with all rules, and not without the one that answers it. */
class GroupReplayTest {
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

    static Stream<Arguments> replays() {
        return Stream.of(
                replay(
                        "r42 a broker that coordinates no more takes no commit",
                        Safeguard.R42_CLAIMS_FENCE,
                        GroupReplayTest::aStaleCoordinatorTakesNoCommit),
                replay(
                        "r42 a broker that coordinates no more does not say where the group was",
                        Safeguard.R42_FETCHES_CHECK_THE_CLAIM,
                        GroupReplayTest::aStaleCoordinatorDoesNotAnswer),
                replay(
                        "r42 an older commit in flight does not overwrite a newer one",
                        Safeguard.R42_OFFSETS_GO_FORWARD,
                        GroupReplayTest::anOlderCommitSetsNothingBack),
                replay(
                        "r43 a member that slept commits nothing in what is another's by now",
                        Safeguard.R43_OWNERS_COMMIT,
                        GroupReplayTest::aMemberThatSleptCommitsNothing),
                replay(
                        "r43 no two members have a partition at a time",
                        Safeguard.R43_GIVEN_ON_AFTER_LET_GO,
                        GroupReplayTest::noTwoHaveAPartition),
                replay(
                        "r50 a group that is another broker's by now does not hold up the commits of others",
                        Safeguard.R50_OTHERS_ARE_SENT_AGAIN,
                        GroupReplayTest::aFencedGroupIsTakenOut),
                replay(
                        "d11 a clock that is set forward for a while expires nothing",
                        Safeguard.D11_A_JUMP_TAKES_NOTHING,
                        GroupReplayTest::aJumpOfTheClockTakesNothing));
    }

    private static Arguments replay(String name, Safeguard rule, Consumer<GroupsWorld> script) {
        return Arguments.of(Named.of(name, script), rule);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replays")
    void holds(Consumer<GroupsWorld> script, Safeguard rule) {
        script.accept(world(Safeguards.ALL, rule));
    }

    @ParameterizedTest(name = "{0}: not without {1}")
    @MethodSource("replays")
    void failsWithoutItsRule(Consumer<GroupsWorld> script, Safeguard rule) {
        assertThatThrownBy(() -> script.accept(world(Safeguards.without(rule), rule)))
                .isInstanceOf(AssertionError.class);
    }

    private static GroupsWorld world(Safeguards safeguards, Safeguard rule) {
        // Two groups that one broker coordinates: where there is one only.
        return rule == Safeguard.R50_OTHERS_ARE_SENT_AGAIN
                ? new GroupsWorld(safeguards, 1)
                : new GroupsWorld(safeguards, 1, 2, 3);
    }

    /** The coordinator, which does not hear that the others take it for dead. */
    private static GroupCoordinator deposed(GroupsWorld world) {
        int old = world.of("g").coordinator("g");
        world.host(old).image = world.image();
        world.live.remove(old);
        world.publish();
        return world.host(old).groups;
    }

    private static Outcome<?> commit(GroupsWorld world, GroupCoordinator at, long offset) {
        return world.ask(reply -> at.commit("g", Committer.NOBODY, List.of(offset("t", 0, offset)), reply.to()));
    }

    private static void aStaleCoordinatorTakesNoCommit(GroupsWorld world) {
        value(commit(world, world.of("g"), 5));
        GroupCoordinator stale = deposed(world);
        value(commit(world, world.of("g"), 7));

        assertThat(commit(world, stale, 50)).isInstanceOf(Outcome.No.class);
        assertThat(committed(world)).isEqualTo(7);
    }

    private static void aStaleCoordinatorDoesNotAnswer(GroupsWorld world) {
        value(commit(world, world.of("g"), 5));
        GroupCoordinator stale = deposed(world);
        value(commit(world, world.of("g"), 7));

        assertThat(world.ask(reply -> stale.fetch("g", List.of(), reply.to()))).isInstanceOf(Outcome.No.class);
    }

    private static void anOlderCommitSetsNothingBack(GroupsWorld world) {
        value(commit(world, world.of("g"), 40));

        value(commit(world, world.of("g"), 30));

        assertThat(committed(world)).isEqualTo(40);
    }

    private static void aMemberThatSleptCommitsNothing(GroupsWorld world) {
        Member sleeper = world.member("g", "sleeper").join();
        value(sleeper.commit(0, 10));
        world.pass(10_500);
        Member next = world.member("g", "next").join();
        value(next.commit(0, 50));

        assertThat(sleeper.commit(0, 60)).isInstanceOf(Outcome.No.class);
        assertThat(committed(world)).isEqualTo(50);
    }

    private static void noTwoHaveAPartition(GroupsWorld world) {
        Member first = world.member("g", "first").join();
        Member second = world.member("g", "second").join();

        // The first one has been told, and has said nothing yet.
        assertThat(first.reads.size()).isLessThan(3);
        assertThat(second.reads).isEmpty();
        first.beat();
        assertThat(second.reads).isNotEmpty().doesNotContainAnyElementsOf(first.reads);
    }

    private static void aFencedGroupIsTakenOut(GroupsWorld world) {
        GroupCoordinator groups = world.host(1).groups;
        value(world.ask(reply -> groups.commit("g", Committer.NOBODY, List.of(offset("t", 0, 1)), reply.to())));
        value(world.ask(reply -> groups.commit("h", Committer.NOBODY, List.of(offset("t", 0, 1)), reply.to())));
        GroupCoordinator thief = world.new Host(1).groups;
        value(world.ask(reply -> thief.commit("g", Committer.NOBODY, List.of(offset("t", 0, 2)), reply.to())));

        List<Outcome<?>> ofH = new ArrayList<>();
        for (int i = 3; i < 10; i++) {
            groups.commit("h", Committer.NOBODY, List.of(offset("t", 0, i)), ofH::add);
            groups.commit("g", Committer.NOBODY, List.of(offset("t", 0, 90)), refused -> {});
        }
        world.time.settle();

        assertThat(ofH).hasSize(7).allSatisfy(answer -> assertThat(answer).isInstanceOf(Outcome.Ok.class));
    }

    private static void aJumpOfTheClockTakesNothing(GroupsWorld world) {
        Member member = world.member("g", "m").join();
        value(member.commit(0, 4));
        member.leave();
        world.pass(HOUR_MS);

        world.wallOffsetMs = TimeUnit.DAYS.toMillis(30);
        world.pass(HOUR_MS - 60_000);
        world.wallOffsetMs = 0;

        assertThat(world.find("/groups/g/offsets/t/0")).isPresent();
    }

    private static long committed(GroupsWorld world) {
        return value(world.<List<CommittedOffset>>answer(reply -> world.of("g").fetch("g", List.of(), reply)))
                .get(0)
                .offset();
    }
}
