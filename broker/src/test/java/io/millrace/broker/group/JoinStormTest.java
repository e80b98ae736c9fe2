package io.millrace.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.group.GroupsWorld.Member;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.NodeCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** As many members as a group may have, at once: it must not cost the other groups of the broker their members. */
class JoinStormTest {
    private static final int MEMBERS = 1_000;

    private final GroupsWorld world = new GroupsWorld(1);

    @Test
    void membersOfOtherGroupsWhoseHeartbeatsWaitBehindJoinsAreNotTakenForGone() {
        Member healthy = world.member("other", "m").join();
        world.pass(9_000);
        world.host(1).loop.crowd();
        healthy.beat();
        world.pass(1_500);

        world.host(1).loop.clear();
        world.pass(1_000);

        assertThat(healthy.refused).isNull();
        assertThat(healthy.heard).isEqualTo(healthy.beats);
        assertThat(world.of("other").coordinator("other")).isEqualTo(1);
    }

    @Test
    void aThousandThatComeOneAfterTheOtherAreAFewRecordsAndEachGetsItsPartition() {
        world.partitionCounts.put("t", MEMBERS);
        world.publish();
        Member healthy = world.member("other", "m").join();
        long beatMs = 0;
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            members.add(world.member("storm", "m" + i).join());
            world.pass(2);
            beatMs += 2;
            if (beatMs % 1_000 == 0) {
                healthy.beat();
                members.forEach(Member::beat);
            }
        }
        for (int second = 0; second < 5; second++) {
            world.pass(1_000);
            healthy.beat();
            members.forEach(Member::beat);
        }

        Set<TopicPartition> read = new HashSet<>();
        members.forEach(member -> read.addAll(member.reads));
        assertThat(read).hasSize(MEMBERS);
        assertThat(members).allSatisfy(member -> assertThat(member.reads).hasSize(1));
        assertThat(NodeCodec.decode("/groups/storm", world.read("/groups/storm").data(), GroupNode.class)
                        .generation())
                .isLessThan(20);
        assertThat(healthy.refused).isNull();
    }
}
