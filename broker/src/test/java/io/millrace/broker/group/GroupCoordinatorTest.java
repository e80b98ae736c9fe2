package io.millrace.broker.group;

import static io.millrace.broker.group.GroupsWorld.offset;
import static io.millrace.broker.group.GroupsWorld.refusal;
import static io.millrace.broker.group.GroupsWorld.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.GroupState;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.group.GroupsWorld.Member;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.SessionListener.SessionState;
import io.millrace.coordinator.memory.InMemoryCoordinator.LostAnswer;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.NodeCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GroupCoordinatorTest {
    private final GroupsWorld world = new GroupsWorld(1, 2, 3);

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
    void whoCommittedFourGoesOnAtFourAfterAllBrokersHaveStartedAnew() {
        Member member = world.member("g", "m").join();
        value(member.commit(0, 4));

        GroupsWorld.Host anew = world.new Host(1);

        List<CommittedOffset> found = value(world.answer(reply -> anew.groups.fetch("h", List.of(), reply)));
        assertThat(found).isEmpty();
        world.hosts.replaceAll((id, host) -> world.new Host(id));
        world.publish();
        assertThat(value(world.<List<CommittedOffset>>answer(
                        reply -> world.of("g").fetch("g", List.of("t"), reply))))
                .extracting(CommittedOffset::offset)
                .containsExactly(4L);
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
    void aCommitFromBeforeThePartitionWasLostAndWonBackIsOfAnOldGeneration() {
        Member first = world.member("g", "a").join();
        long old = first.generation;
        Member second = world.member("g", "b").join();
        first.beat();
        second.beat();
        int moved = second.numbers().iterator().next();
        second.leave();
        first.beat();
        assertThat(first.numbers()).contains(moved);

        Refusal refusal = refusal(world.ask(reply ->
                world.of("g").commit("g", new Committer("a", old, 0), List.of(offset("t", moved, 5)), reply.to())));

        assertThat(refusal.reason()).isEqualTo(ErrorReason.ILLEGAL_GENERATION);
    }

    @Test
    void r42AnOlderCommitThatComesLateSetsNothingBackUnlessItSaysSo() {
        value(commit("g", offset("t", 0, 40)));

        value(commit("g", offset("t", 0, 30)));
        assertThat(committed("g", 0)).isEqualTo(40);

        value(commit("g", new OffsetCommit("t", null, 0, 20, 3, "", true)));
        assertThat(committed("g", 0)).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({
        "a b, t, 0, 5, INVALID_REQUEST",
        "../x, t, 0, 5, INVALID_REQUEST",
        "g, u, 0, 5, UNKNOWN_TOPIC",
        "g, t, 3, 5, UNKNOWN_TOPIC",
        "g, t, 0, -1, INVALID_REQUEST",
        "g, t, 0, 101, OFFSET_OUT_OF_RANGE",
    })
    void whatCannotBeCommittedIsRefused(String group, String topic, int partition, long offset, ErrorReason reason) {
        Refusal refusal = refusal(commit(group, offset(topic, partition, offset)));

        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.definite()).isTrue();
        assertThat(value(world.<List<CommittedOffset>>answer(
                        reply -> world.of("g").fetch("g", List.of(), reply))))
                .isEmpty();
    }

    @Test
    void onlyMembersCommitWhereThereAreSomeAndEachItsOwn() {
        Member first = world.member("g", "a").join();
        Member second = world.member("g", "b").join();
        first.beat();
        second.beat();

        assertThat(refusal(commit("g", offset("t", 0, 5))).reason()).isEqualTo(ErrorReason.GROUP_NOT_EMPTY);
        assertThat(refusal(first.commit(second.numbers().iterator().next(), 5)).reason())
                .isEqualTo(ErrorReason.NOT_PARTITION_OWNER);
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

    @ParameterizedTest
    @EnumSource(LostAnswer.class)
    void aCommitWhoseAnswerIsLostIsAnsweredOnceItIsKnownToBeThere(LostAnswer lost) {
        Member member = world.member("g", "m").join();
        var service = world.host(world.of("g").coordinator("g")).service;
        service.loseAnswerOfNextCommit(lost);

        List<Outcome<?>> answers = new ArrayList<>();
        world.of("g").commit("g", new Committer("m", member.generation, 0), List.of(offset("t", 0, 8)), answers::add);
        world.of("g").commit("g", new Committer("m", member.generation, 0), List.of(offset("t", 0, 9)), answers::add);
        world.time.settle();

        assertThat(answers).hasSize(2).allSatisfy(answer -> assertThat(answer).isInstanceOf(Outcome.Ok.class));
        assertThat(committed("g", 0)).isEqualTo(9);
    }

    /** A claim in between is seen by the one whose answer was lost: it writes nothing over it. */
    @ParameterizedTest
    @EnumSource(LostAnswer.class)
    void whoHasLostAnAnswerAndTheGroupMeanwhileWritesNothingMore(LostAnswer lost) {
        GroupsWorld alone = new GroupsWorld(1);
        GroupsWorld.Host first = alone.host(1);
        alone.ask(reply -> first.groups.commit("g", Committer.NOBODY, List.of(offset("t", 0, 1)), reply.to()));
        List<Outcome<?>> answers = new ArrayList<>();
        first.service.loseAnswerOfNextCommit(lost);
        first.service.watchSession((state, id) -> {
            if (state == SessionState.SUSPENDED) {
                first.loop.execute(first.service::suspend);
            }
        });
        first.groups.fetch("g", List.of(), answers::add);
        first.groups.commit("g", Committer.NOBODY, List.of(offset("t", 0, 5)), answers::add);
        // The write goes out, and its answer is lost; what happened cannot be asked before another has claimed the
        // group.
        alone.time.settle();
        GroupsWorld.Host thief = alone.new Host(1);
        alone.ask(reply -> thief.groups.commit("g", Committer.NOBODY, List.of(offset("t", 0, 9)), reply.to()));
        long generation = head(alone);
        first.service.reconnect();
        alone.pass(1_000);

        assertThat(answers).hasSize(2).allSatisfy(answer -> assertThat(answer).isInstanceOf(Outcome.No.class));
        assertThat(head(alone)).isEqualTo(generation);
        assertThat(value(alone.<List<CommittedOffset>>answer(reply -> thief.groups.fetch("g", List.of(), reply))))
                .extracting(CommittedOffset::offset)
                .containsExactly(9L);
    }

    private static long head(GroupsWorld world) {
        return NodeCodec.decode("/groups/g", world.read("/groups/g").data(), GroupNode.class)
                .generation();
    }

    @Test
    void whatComesBehindADeletionIsNotAcknowledgedAndLost() {
        value(commit("g", offset("t", 0, 1)));
        List<Outcome<?>> answers = new ArrayList<>();
        // The first one keeps the others waiting, so that they would go together.
        var service = world.host(world.of("g").coordinator("g")).service;
        service.suspend();
        world.of("g").commit("g", Committer.NOBODY, List.of(offset("t", 1, 0)), answers::add);
        world.time.settle();
        world.of("g").delete("g", answers::add);
        world.of("g").commit("g", Committer.NOBODY, List.of(offset("t", 0, 3)), answers::add);
        Member member = world.member("g", "m").join();
        service.reconnect();
        world.pass(1_000);

        assertThat(answers).filteredOn(Outcome.Ok.class::isInstance).hasSize(2);
        assertThat(answers)
                .filteredOn(Outcome.No.class::isInstance)
                .singleElement()
                .satisfies(answer -> assertThat(refusal(answer).reason()).isEqualTo(ErrorReason.NOT_GROUP_COORDINATOR));
        assertThat(member.refused).extracting(Refusal::reason).isEqualTo(ErrorReason.NOT_GROUP_COORDINATOR);
        assertThat(committed("g", 0)).isNull();
    }

    @Test
    void aCommitOfATopicThatWasMadeAgainWhileItWaitedIsRefused() {
        List<Outcome<?>> answers = new ArrayList<>();
        value(commit("g", offset("t", 0, 1)));
        world.host(world.of("g").coordinator("g")).service.loseAnswerOfNextCommit(LostAnswer.NOT_APPLIED);
        world.of("g").commit("g", Committer.NOBODY, List.of(offset("t", 0, 5)), answers::add);
        world.topicIds.put("t", "another");
        world.publish();
        value(commit("g", offset("t", 0, 2)));

        assertThat(answers).hasSize(1);
        assertThat(committed("g", 0)).isEqualTo(2);
    }

    @Test
    void aGroupOfMoreTopicsThanATransactionHoldsGoesToo() {
        for (int i = 0; i < 300; i++) {
            world.partitionCounts.put("many-" + i, 1);
        }
        world.publish();
        for (int i = 0; i < 300; i++) {
            value(commit("g", offset("many-" + i, 0, 1)));
        }

        assertThat(value(world.<Boolean>answer(reply -> world.of("g").delete("g", reply))))
                .isTrue();
        assertThat(list("").groups()).isEmpty();
    }

    @Test
    void r42ACommitThatIsRepeatedLateDoesNotUndoARewind() {
        Member member = world.member("g", "m").join();
        Committer first = new Committer("m", member.generation, 1);
        Committer second = new Committer("m", member.generation, 2);
        value(world.<List<CommittedOffset>>answer(
                reply -> world.of("g").commit("g", first, List.of(offset("t", 0, 80)), reply)));
        value(world.<List<CommittedOffset>>answer(reply ->
                world.of("g").commit("g", second, List.of(new OffsetCommit("t", null, 0, 50, 3, "", true)), reply)));

        Refusal late =
                refusal(world.ask(reply -> world.of("g").commit("g", first, List.of(offset("t", 0, 80)), reply.to())));

        assertThat(late.reason()).isEqualTo(ErrorReason.CONFLICT);
        assertThat(committed("g", 0)).isEqualTo(50);
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
    void withoutTheServiceACommitWaits() {
        value(commit("g", offset("t", 0, 1)));
        var service = world.host(world.of("g").coordinator("g")).service;
        service.suspend();

        List<Outcome<?>> answers = new ArrayList<>();
        world.of("g").commit("g", Committer.NOBODY, List.of(offset("t", 0, 8)), answers::add);
        world.of("g").commit("g", Committer.NOBODY, List.of(offset("t", 0, 9)), answers::add);
        world.pass(60_000);
        assertThat(answers).isEmpty();
        world.hosts.values().forEach(host -> host.service.reconnect());
        world.pass(200);

        assertThat(answers).hasSize(2).allSatisfy(answer -> assertThat(answer).isInstanceOf(Outcome.Ok.class));
        assertThat(committed("g", 0)).isEqualTo(9);
    }

    @Test
    void whatWaitsForTheServiceIsBounded() {
        world.partitionCounts.put("wide", 1_000);
        world.publish();
        value(commit("g", offset("t", 0, 1)));
        world.host(world.of("g").coordinator("g")).service.suspend();
        List<OffsetCommit> many = IntStream.range(0, 1_000)
                .mapToObj(partition -> offset("wide", partition, 0))
                .toList();
        List<Outcome<?>> answers = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            world.of("g").commit("g", Committer.NOBODY, many, answers::add);
        }
        world.time.settle();

        assertThat(answers)
                .hasSize(50)
                .allSatisfy(answer -> assertThat(refusal(answer).reason()).isEqualTo(ErrorReason.LIMIT_EXCEEDED));
        world.host(world.of("g").coordinator("g")).service.reconnect();
        world.pass(1_000);
        assertThat(answers).hasSize(150);
        value(commit("g", offset("t", 0, 2)));
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
    void r50AGroupThatIsFencedDoesNotHoldUpTheCommitsOfOthers() {
        GroupsWorld alone = new GroupsWorld(1);
        GroupCoordinator groups = alone.of("g");
        alone.ask(reply -> groups.commit("g", Committer.NOBODY, List.of(offset("t", 0, 1)), reply.to()));
        alone.ask(reply -> groups.commit("h", Committer.NOBODY, List.of(offset("t", 0, 1)), reply.to()));
        GroupsWorld.Host thief = alone.new Host(1);
        alone.ask(reply -> thief.groups.commit("g", Committer.NOBODY, List.of(offset("t", 0, 2)), reply.to()));

        List<Outcome<?>> ofG = new ArrayList<>();
        List<Outcome<?>> ofH = new ArrayList<>();
        for (int i = 3; i < 10; i++) {
            groups.commit("g", Committer.NOBODY, List.of(offset("t", 0, 90)), ofG::add);
            groups.commit("h", Committer.NOBODY, List.of(offset("t", 0, i)), ofH::add);
        }
        alone.time.settle();

        assertThat(ofH).hasSize(7).allSatisfy(answer -> assertThat(answer).isInstanceOf(Outcome.Ok.class));
        assertThat(ofG)
                .hasSize(7)
                .allSatisfy(
                        answer -> assertThat(refusal(answer).reason()).isEqualTo(ErrorReason.NOT_GROUP_COORDINATOR));
        assertThat(value(alone.<List<CommittedOffset>>answer(reply -> thief.groups.fetch("g", List.of(), reply)))
                        .get(0)
                        .offset())
                .isEqualTo(2);
    }

    @Test
    void manyCommitsAtOnceAreFewTransactions() {
        GroupsWorld alone = new GroupsWorld(1);
        List<Outcome<?>> answers = new ArrayList<>();
        for (int group = 0; group < 64; group++) {
            alone.of("g").commit("g" + group, Committer.NOBODY, List.of(offset("t", 0, 1)), answers::add);
        }
        alone.time.settle();
        long before = alone.read("/groups/g0/offsets/t/0").modifiedAt();
        for (int round = 2; round < 12; round++) {
            for (int group = 0; group < 64; group++) {
                alone.of("g").commit("g" + group, Committer.NOBODY, List.of(offset("t", 0, round)), answers::add);
            }
        }
        alone.time.settle();

        assertThat(answers).hasSize(11 * 64);
        long transactions = alone.read("/groups/g63/offsets/t/0").modifiedAt() - before;
        assertThat(transactions).isLessThan(10);
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
    void aResetIsShownMadeAndUndone() {
        value(commit("g", offset("t", 0, 40)));
        OffsetReset dry = new OffsetReset("g", topics(), new ResetTarget.Earliest(), true);
        OffsetReset earliest = new OffsetReset("g", topics(), new ResetTarget.Earliest(), false);

        assertThat(reset(dry)).extracting(ResetOffset::after).containsOnly(OptionalLong.of(0));
        assertThat(committed("g", 0)).isEqualTo(40);
        assertThat(reset(earliest))
                .containsExactly(
                        new ResetOffset("t", 0, OptionalLong.of(40), OptionalLong.of(0)),
                        new ResetOffset("t", 1, OptionalLong.empty(), OptionalLong.of(0)),
                        new ResetOffset("t", 2, OptionalLong.empty(), OptionalLong.of(0)));
        assertThat(committed("g", 0)).isZero();
        reset(new OffsetReset("g", List.of(), new ResetTarget.Undo(), false));
        assertThat(committed("g", 0)).isEqualTo(40);
        assertThat(committed("g", 1)).isNull();
        assertThat(refusal(world.ask(reply -> world.of("g")
                                .reset(new OffsetReset("g", List.of(), new ResetTarget.Undo(), false), reply.to())))
                        .reason())
                .isEqualTo(ErrorReason.INVALID_REQUEST);
    }

    @ParameterizedTest
    @CsvSource({"-10, 30", "-1000, 0", "1000, 100", "-9223372036854775808, 0", "9223372036854775807, 100"})
    void aShiftStaysWithinTheLog(long records, long expected) {
        value(commit("g", offset("t", 0, 40)));

        reset(new OffsetReset("g", List.of(), new ResetTarget.Shift(records), false));

        assertThat(committed("g", 0)).isEqualTo(expected);
    }

    @Test
    void anUndoAfterACommitIsAConflict() {
        value(commit("g", offset("t", 0, 40)));
        reset(new OffsetReset("g", List.of(), new ResetTarget.Latest(), false));
        value(commit("g", new OffsetCommit("t", null, 0, 50, 3, "", true)));

        Refusal refusal = refusal(world.ask(reply ->
                world.of("g").reset(new OffsetReset("g", List.of(), new ResetTarget.Undo(), false), reply.to())));

        assertThat(refusal.reason()).isEqualTo(ErrorReason.CONFLICT);
        assertThat(committed("g", 0)).isEqualTo(50);
    }

    @Test
    void aGroupWithMembersIsNeitherResetNorDeleted() {
        Member member = world.member("g", "m").join();
        OffsetReset reset = new OffsetReset("g", topics(), new ResetTarget.Latest(), false);

        assertThat(refusal(world.ask(reply -> world.of("g").reset(reset, reply.to())))
                        .reason())
                .isEqualTo(ErrorReason.GROUP_NOT_EMPTY);
        assertThat(refusal(world.ask(reply -> world.of("g").delete("g", reply.to())))
                        .reason())
                .isEqualTo(ErrorReason.GROUP_NOT_EMPTY);
        assertThat(refusal(world.ask(reply -> world.of("g").deleteOffsets("g", "t", reply.to())))
                        .reason())
                .isEqualTo(ErrorReason.GROUP_NOT_EMPTY);
        member.leave();
        assertThat(value(world.<Boolean>answer(reply -> world.of("g").delete("g", reply))))
                .isTrue();
        assertThat(refusal(world.ask(reply -> world.of("g").delete("g", reply.to())))
                        .reason())
                .isEqualTo(ErrorReason.UNKNOWN_GROUP);
    }

    /** A simulated cluster found that (reset of a group whose last member is recorded still). */
    @Test
    void r42AGroupIsResetOnceItIsStoredThatNobodyIsInIt() {
        Member stays = world.member("g", "stays").join();
        Member goes = world.member("g", "goes").join();
        stays.beat();
        goes.beat();
        value(stays.commit(stays.numbers().iterator().next(), 40));
        GroupsWorld.Host host = world.host(world.of("g").coordinator("g"));
        host.service.suspend();
        // The record without the first one is on its way when the second one goes, too.
        goes.leave();
        stays.leave();
        List<Outcome<List<ResetOffset>>> answers = new ArrayList<>();
        host.groups.reset(new OffsetReset("g", topics(), new ResetTarget.Earliest(), false), answers::add);
        world.time.settle();
        List<Node> heads = world.seenWith("/groups/g/reset", "/groups/g");

        host.service.reconnect();
        world.pass(1_000);

        value(answers.get(0));
        assertThat(heads)
                .extracting(node -> NodeCodec.decode("/groups/g", node.data(), GroupNode.class)
                        .members())
                .containsExactly(new TreeMap<>());
    }

    /** What was not stored yet when the reset was asked for is what an undo goes back to. */
    @Test
    void r42AResetRemembersWhatWasCommittedJustBefore() {
        Member member = world.member("g", "m").join();
        value(member.commit(0, 10));
        GroupsWorld.Host host = world.host(world.of("g").coordinator("g"));
        host.service.suspend();
        List<Outcome<?>> answers = new ArrayList<>();
        host.groups.commit("g", new Committer("m", member.generation, 0), List.of(offset("t", 0, 20)), answers::add);
        world.time.settle();
        member.leave();
        host.groups.reset(new OffsetReset("g", topics(), new ResetTarget.Earliest(), false), answers::add);
        host.service.reconnect();
        world.pass(1_000);
        answers.forEach(GroupsWorld::value);

        assertThat(reset(new OffsetReset("g", List.of(), new ResetTarget.Undo(), false)))
                .contains(new ResetOffset("t", 0, OptionalLong.of(0), OptionalLong.of(20)));
    }

    /** Generations begin anew: who slept through the deletion must not wait until they are as high as its own. */
    @Test
    void r42AMemberOfADeletedGroupIsToldToJoinTheNextOneOfItsName() {
        Member sleeper = world.member("g", "sleeper").join();
        for (int i = 0; i < 3; i++) {
            world.member("g", "other-" + i).join().leave();
        }
        world.pass(10_500);
        value(world.<Boolean>answer(reply -> world.of("g").delete("g", reply)));
        Member next = world.member("g", "next").join();
        assertThat(next.generation).isLessThan(sleeper.generation);

        assertThat(refusal(sleeper.commit(0, 5)).reason()).isEqualTo(ErrorReason.UNKNOWN_MEMBER);
        sleeper.join();

        assertThat(sleeper.refused).extracting(Refusal::reason).isEqualTo(ErrorReason.UNKNOWN_MEMBER);
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

    private GroupPage list(String from) {
        return value(world.<GroupPage>answer(reply -> world.of("g").list(from, reply)));
    }

    private Outcome<List<CommittedOffset>> commit(String group, OffsetCommit offset) {
        return world.answer(reply -> world.of(group).commit(group, Committer.NOBODY, List.of(offset), reply));
    }

    private List<ResetOffset> reset(OffsetReset reset) {
        return value(
                world.<List<ResetOffset>>answer(reply -> world.of(reset.group()).reset(reset, reply)));
    }

    private static List<OffsetReset.TopicChoice> topics() {
        return List.of(new OffsetReset.TopicChoice("t", List.of()));
    }

    private @Nullable Long committed(String group, int partition) {
        return value(world.<List<CommittedOffset>>answer(
                        reply -> world.of(group).fetch(group, List.of(), reply)))
                .stream()
                .filter(offset -> offset.partition() == partition)
                .map(CommittedOffset::offset)
                .findFirst()
                .orElse(null);
    }
}
