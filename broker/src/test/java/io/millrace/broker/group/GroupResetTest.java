package io.millrace.broker.group;

import static io.millrace.broker.group.GroupsWorld.offset;
import static io.millrace.broker.group.GroupsWorld.refusal;
import static io.millrace.broker.group.GroupsWorld.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.group.GroupsWorld.Member;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.NodeCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Offsets that are set from outside, and groups that are deleted. */
final class GroupResetTest extends CoordinatorScene {
    private static final OffsetReset UNDO = new OffsetReset("g", List.of(), new ResetTarget.Undo(), false);

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
    void aResetIsShownMadeAndUndone() {
        value(commit("g", offset("t", 0, 40)));
        OffsetReset dry = new OffsetReset("g", topics(), new ResetTarget.Earliest(), true);
        OffsetReset earliest = new OffsetReset("g", topics(), new ResetTarget.Earliest(), false);

        assertThat(reset(dry)).extracting(ResetOffset::after).containsOnly(OptionalLong.of(0));
        assertThat(committed("g", 0)).isEqualTo(40);
        assertThat(reset(earliest))
                .containsExactly(
                        new ResetOffset("t", "id-t", 0, OptionalLong.of(40), OptionalLong.of(0)),
                        new ResetOffset("t", "id-t", 1, OptionalLong.empty(), OptionalLong.of(0)),
                        new ResetOffset("t", "id-t", 2, OptionalLong.empty(), OptionalLong.of(0)));
        assertThat(committed("g", 0)).isZero();
        reset(UNDO);
        assertThat(committed("g", 0)).isEqualTo(40);
        assertThat(committed("g", 1)).isNull();
        assertThat(refusal(world.ask(reply -> world.of("g").reset(UNDO, reply.to())))
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
    void offsetsOfANamesakeAreNotSetAndThoseOfNoNamedIdAre() {
        value(commit("g", offset("t", 0, 40)));

        assertThat(reset(exact("id-t", 30))).extracting(ResetOffset::after).containsExactly(OptionalLong.of(30));
        Refusal refusal = refusal(world.ask(reply -> world.of("g").reset(exact("another", 20), reply.to())));
        assertThat(refusal.reason()).isEqualTo(ErrorReason.TOPIC_ID_CHANGED);
        assertThat(refusal.definite()).isTrue();
        assertThat(committed("g", 0)).isEqualTo(30);
        assertThat(reset(exact(null, 10))).extracting(ResetOffset::after).containsExactly(OptionalLong.of(10));
    }

    private static OffsetReset exact(@Nullable String topicId, long offset) {
        ResetTarget target = new ResetTarget.Exact(List.of(new ResetTarget.Value("t", topicId, 0, offset)));
        return new OffsetReset("g", List.of(), target, false);
    }

    @Test
    void anUndoAfterACommitIsAConflict() {
        value(commit("g", offset("t", 0, 40)));
        reset(new OffsetReset("g", List.of(), new ResetTarget.Latest(), false));
        value(commit("g", new OffsetCommit("t", null, 0, 50, 3, "", true)));

        Refusal refusal = refusal(world.ask(reply -> world.of("g").reset(UNDO, reply.to())));

        assertThat(refusal.reason()).isEqualTo(ErrorReason.CONFLICT);
        assertThat(committed("g", 0)).isEqualTo(50);
    }

    /** A simulated cluster found that (an undo that says it has set the present topic, seed 4001198). */
    @Test
    void r32AnUndoLeavesOutATopicThatWasDeletedSince() {
        world.partitionCounts.put("other", 2);
        world.publish();
        value(commit("g", offset("t", 0, 40)));
        value(commit("g", offset("other", 1, 30)));
        reset(new OffsetReset("g", List.of(), new ResetTarget.Earliest(), false));
        world.topicIds.put("t", "id-next");
        world.publish();
        value(commit("g", offset("t", 0, 7)));

        assertThat(reset(UNDO))
                .containsExactly(new ResetOffset("other", "id-other", 1, OptionalLong.of(0), OptionalLong.of(30)));
        assertThat(committed("g", 0)).isEqualTo(7);
        assertThat(committed("g", 1)).isEqualTo(30);
    }

    @Test
    void r32NothingIsLeftToUndoOnceTheTopicIsAnotherOne() {
        value(commit("g", offset("t", 0, 40)));
        reset(new OffsetReset("g", List.of(), new ResetTarget.Earliest(), false));
        world.topicIds.put("t", "id-next");
        world.publish();

        Refusal refusal = refusal(world.ask(reply -> world.of("g").reset(UNDO, reply.to())));

        assertThat(refusal.reason()).isEqualTo(ErrorReason.INVALID_REQUEST);
        assertThat(refusal.definite()).isTrue();
        assertThat(committed("g", 0)).isNull();
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

        assertThat(reset(UNDO)).contains(new ResetOffset("t", "id-t", 0, OptionalLong.of(0), OptionalLong.of(20)));
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

    private List<ResetOffset> reset(OffsetReset reset) {
        return value(
                world.<List<ResetOffset>>answer(reply -> world.of(reset.group()).reset(reset, reply)));
    }

    private static List<OffsetReset.TopicChoice> topics() {
        return List.of(new OffsetReset.TopicChoice("t", List.of()));
    }
}
