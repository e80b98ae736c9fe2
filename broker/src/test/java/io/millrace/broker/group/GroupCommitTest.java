package io.millrace.broker.group;

import static io.millrace.broker.group.GroupsWorld.offset;
import static io.millrace.broker.group.GroupsWorld.refusal;
import static io.millrace.broker.group.GroupsWorld.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.group.GroupsWorld.Member;
import io.millrace.coordinator.SessionListener.SessionState;
import io.millrace.coordinator.memory.InMemoryCoordinator.LostAnswer;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.NodeCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is committed, by whom, and what becomes of it where an answer is lost. */
final class GroupCommitTest extends CoordinatorScene {
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

    /** Seed 9001265: where the partition ends was asked until another coordinator, the same broker, had the group. */
    @Test
    void r42ARewindThatComesLateToTheNextCoordinatorUndoesNothing() {
        Member member = world.member("g", "m").join();
        long generation = member.generation;
        value(numbered(generation, 2, 80, false));
        world.hosts.replaceAll((id, host) -> world.new Host(id));
        world.publish();
        member.commitsFrom = 2;
        member.join();

        assertThat(refusal(numbered(generation, 1, 50, true)).reason()).isEqualTo(ErrorReason.CONFLICT);
        assertThat(committed("g", 0)).isEqualTo(80);
        value(numbered(generation, 2, 80, false));
        value(numbered(member.generation, 3, 50, true));
        assertThat(committed("g", 0)).isEqualTo(50);
    }

    private Outcome<List<CommittedOffset>> numbered(long generation, long number, long offset, boolean isRewind) {
        OffsetCommit commit = new OffsetCommit("t", null, 0, offset, 3, "", isRewind);
        return world.answer(
                reply -> world.of("g").commit("g", new Committer("m", generation, number), List.of(commit), reply));
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

    private static long head(GroupsWorld world) {
        return NodeCodec.decode("/groups/g", world.read("/groups/g").data(), GroupNode.class)
                .generation();
    }
}
