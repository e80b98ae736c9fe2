package io.millrace.broker.group;

import static io.millrace.broker.group.GroupsWorld.offset;
import static io.millrace.broker.group.GroupsWorld.refusal;
import static io.millrace.broker.group.GroupsWorld.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.group.GroupState;
import io.millrace.broker.group.GroupsWorld.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who is in a group, and which broker coordinates it. */
final class GroupCoordinatorTest extends CoordinatorScene {
    @Test
    void ofFourMembersOfThreePartitionsOneWaitsAndStepsInWhenOneDies() {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            members.add(world.member("g", "m" + i).join());
            members.forEach(Member::beat);
        }
        members.forEach(Member::beat);
        assertThat(members).extracting(member -> member.reads.size()).containsExactlyInAnyOrder(1, 1, 1, 0);

        Member dead = members.stream()
                .filter(member -> !member.reads.isEmpty())
                .findFirst()
                .orElseThrow();
        Member spare = members.stream()
                .filter(member -> member.reads.isEmpty())
                .findFirst()
                .orElseThrow();
        dead.die();
        world.pass(1_900);
        assertThat(spare.reads).isEmpty();
        world.pass(400);

        assertThat(spare.reads).isEqualTo(dead.reads);
    }

    @Test
    void aNewCoordinatorFencesTheOldOneAndLetsMembersKeepWhatTheyHave() {
        Member first = world.member("g", "a").join();
        Member second = world.member("g", "b").join();
        first.beat();
        second.beat();
        Set<Integer> before = first.numbers();
        int old = world.of("g").coordinator("g");
        GroupCoordinator stale = world.host(old).groups;
        // It does not hear of it that it is dead to the others.
        world.host(old).image = world.image();
        world.live.remove(old);
        world.publish();

        first.join();
        second.join();

        assertThat(first.numbers()).isEqualTo(before);
        assertThat(second.numbers()).hasSize(3 - before.size());
        int mine = before.iterator().next();
        value(first.commit(mine, 7));
        Refusal late = refusal(world.ask(reply ->
                stale.commit("g", new Committer("a", first.generation, 0), List.of(offset("t", mine, 5)), reply.to())));
        assertThat(late.reason()).isEqualTo(ErrorReason.NOT_GROUP_COORDINATOR);
        assertThat(late.definite()).isTrue();
        assertThat(committed("g", mine)).isEqualTo(7);
    }

    @Test
    void aMemberThatAnotherCoordinatorStillWaitsForIsToldToTryAgain() {
        Member first = world.member("g", "a").join();
        Member second = world.member("g", "b").join();
        first.beat();
        second.beat();
        world.live.remove(world.of("g").coordinator("g"));
        world.publish();
        second.join();

        Refusal early = refusal(first.commit(first.numbers().iterator().next(), 5));

        assertThat(early.reason()).isEqualTo(ErrorReason.NOT_GROUP_COORDINATOR);
        first.join();
        value(first.commit(first.numbers().iterator().next(), 5));
    }

    @Test
    void aMemberThatNobodyKnowsAnyMoreIsNotAnsweredAsIfItWere() {
        Member member = world.member("g", "m").join();
        member.beat();
        assertThat(member.heard).isEqualTo(member.beats);
        world.pass(10_500);
        member.beat();

        assertThat(member.heard).isLessThan(member.beats);
        assertThat(member.refused).extracting(Refusal::reason).isEqualTo(ErrorReason.UNKNOWN_MEMBER);
    }

    @Test
    void r43AMemberThatSleptThroughItsExpulsionCommitsNothing() {
        Member sleeper = world.member("g", "sleeper").join();
        value(sleeper.commit(0, 10));
        world.pass(10_500);
        Member next = world.member("g", "next").join();
        value(next.commit(0, 50));

        Refusal refusal = refusal(sleeper.commit(0, 60));

        assertThat(sleeper.refused).extracting(Refusal::reason).isEqualTo(ErrorReason.UNKNOWN_MEMBER);
        assertThat(refusal.reason()).isEqualTo(ErrorReason.UNKNOWN_MEMBER);
        assertThat(committed("g", 0)).isEqualTo(50);
    }

    @Test
    void aSecondProcessOfAnInstanceIsRefusedAndAnotherAfterItsDeathTakesItsPlace() {
        Member first = world.instance("g", "a", "host-1").join();
        Member other = world.instance("g", "b", "host-2").join();
        first.beat();
        other.beat();
        Set<Integer> before = first.numbers();
        Set<Integer> others = other.numbers();
        long generation = other.generation;

        assertThat(world.instance("g", "c", "host-1").join().refused)
                .extracting(Refusal::reason)
                .isEqualTo(ErrorReason.INSTANCE_ID_IN_USE);
        first.die();
        world.pass(5_000);
        other.beat();
        Member again = world.instance("g", "d", "host-1").join();

        assertThat(again.numbers()).isEqualTo(before);
        assertThat(other.numbers()).isEqualTo(others);
        assertThat(other.generation).isEqualTo(generation);
    }

    @Test
    void whoWasToldOfAGroupThatThereIsNotDoesNotMakeIt() {
        Refusal commit = refusal(world.ask(reply ->
                world.of("typo").commit("typo", new Committer("m", 3, 0), List.of(offset("t", 0, 1)), reply.to())));
        Member member = world.member("typo", "m");
        member.generation = 3;
        member.join();

        assertThat(commit.reason()).isEqualTo(ErrorReason.UNKNOWN_MEMBER);
        assertThat(member.refused).extracting(Refusal::reason).isEqualTo(ErrorReason.UNKNOWN_MEMBER);
        assertThat(list("").groups()).isEmpty();
    }

    @Test
    void aCoordinatorThatStoodStillTakesNobodyForGone() {
        Member member = world.member("g", "m").join();
        // No tick runs, and no heartbeat is read.
        world.time.stall(60_000_000_000L);
        world.pass(1_000);

        assertThat(member.refused).isNull();
        member.beat();
        assertThat(member.heard).isEqualTo(member.beats);
    }

    @Test
    void aGroupOfAsManyMembersAsThereMayBeFitsIntoItsNode() {
        for (int i = 0; i < 1_000; i++) {
            String id = "%064d".formatted(i);
            world.instance("g", id, "%0100d".formatted(i)).join();
        }
        world.pass(1_000);

        assertThat(world.read("/groups/g").data()).contains("%064d".formatted(999));
    }

    @Test
    void aDescriptionTellsMembersOwnersAndLag() {
        Member member = world.member("g", "m").join();
        value(member.commit(0, 90));

        GroupDescription group =
                value(world.<GroupDescription>answer(reply -> world.of("g").describe("g", reply)));

        assertThat(group.state()).isEqualTo(GroupState.STABLE);
        assertThat(group.members()).hasSize(1);
        assertThat(group.partitions())
                .hasSize(3)
                .allSatisfy(at -> assertThat(at.memberId()).isEqualTo("m"));
        var first = group.partitions().get(0);
        assertThat(first.endOffset()).hasValue(100);
        assertThat(first.lagTimeMs()).hasValue(9_000);
        assertThat(group.partitions().get(1).lagTimeMs()).isEqualTo(OptionalLong.empty());
        assertThat(refusal(world.ask(reply -> world.of("nobody").describe("nobody", reply.to())))
                        .reason())
                .isEqualTo(ErrorReason.UNKNOWN_GROUP);
        assertThat(list("").groups())
                .extracting(ListedGroup::group, ListedGroup::memberCount)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("g", 1));
    }

    @Test
    void membersAreSentOnWhenTheBrokerStops() {
        Member member = world.member("g", "m").join();
        int old = world.of("g").coordinator("g");

        CompletableFuture<Void> told = world.host(old).groups.drain().toCompletableFuture();
        assertThat(told).isNotDone();
        world.time.settle();

        assertThat(told).isCompleted();
        assertThat(member.endedFor).isNotEqualTo(old).isPositive();
        assertThat(world.host(old).groups.coordinator("g")).isEqualTo(member.endedFor);
    }

    @Test
    void groupsAreListedAThousandAtATimeAlsoWhereTheLastOneIsGoneMeanwhile() {
        List<String> names =
                IntStream.range(0, 2_100).mapToObj("g%04d"::formatted).toList();
        names.forEach(name -> value(commit(name, offset("t", 0, 1))));

        GroupPage first = list("");
        value(world.<Boolean>answer(reply -> world.of(first.next()).delete(first.next(), reply)));
        GroupPage second = list(first.next());
        GroupPage last = list(second.next());

        assertThat(Stream.of(first, second, last)
                        .flatMap(page -> page.groups().stream())
                        .map(ListedGroup::group))
                .containsExactlyElementsOf(names);
        assertThat(first.groups()).hasSize(1_000);
        assertThat(last.next()).isEmpty();
    }
}
