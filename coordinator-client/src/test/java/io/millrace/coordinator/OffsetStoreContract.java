package io.millrace.coordinator;

import static io.millrace.coordinator.Contract.get;
import static io.millrace.coordinator.Contract.made;
import static io.millrace.coordinator.Contract.newNode;
import static io.millrace.coordinator.Contract.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.coordinator.GroupChange.Gone;
import io.millrace.coordinator.OffsetStore.WriteResult;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.GroupNode.Claimant;
import io.millrace.coordinator.tree.GroupNode.MemberNode;
import io.millrace.coordinator.tree.MalformedNodeException;
import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;
import io.millrace.coordinator.tree.ResetNode;
import io.millrace.coordinator.tree.ResetNode.PartitionReset;
import io.millrace.coordinator.tree.ResetNode.TopicReset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Consumer groups and their offsets. */
interface OffsetStoreContract extends Contract {

    @Test
    default void whatIsWrittenIsThereWithItsVersions() {
        OffsetStore store = store();
        StoredGroup first = written(store, new GroupWrite(StoredGroup.absent("g")).add(head(1)));
        StoredGroup second = written(store, new GroupWrite(first).add(forward(at("t", 0, 4), at("u", 300, 1))));
        StoredGroup third = written(store, new GroupWrite(second).add(forward(at("t", 1, 7), at("t", 0, 5))));

        StoredGroup found = get(store().load("g"));

        assertThat(found.offsets()).containsExactly(at("t", 0, 5), at("t", 1, 7), at("u", 300, 1));
        assertThat(found.head()).contains(node(1));
        assertThat(third.offsets()).isEqualTo(found.offsets());
        // What was foretold of the versions holds: the next write finds what it expects.
        assertThat(written(store, new GroupWrite(third).add(forward(at("u", 300, 2))))
                        .offsets())
                .contains(at("u", 300, 2));
        assertThat(get(store.names())).containsExactly("g");
        assertThat(get(store.heads(List.of("absent", "g"))))
                .extracting(StoredGroup::group)
                .containsExactly("g");
        assertThat(get(store.load("another")).head()).isEmpty();
    }

    @Test
    default void everyFieldComesBack() {
        OffsetStore store = store();
        GroupOffset all = new GroupOffset("t", "id", 3, Long.MAX_VALUE, -1, "\"note\" é", 1_700_000_000_000L);
        GroupNode head = new GroupNode(
                7, new Claimant(2, 5), new TreeMap<>(Map.of("m", new MemberNode("i", 9_000))), 123_456_789_000L);
        ResetNode reset = new ResetNode(
                5,
                new TreeMap<>(Map.of(
                        "t",
                        new TopicReset(
                                "id",
                                new TreeMap<>(Map.of(
                                        3, new PartitionReset(null, 4L), 4, new PartitionReset(all.node(), null)))))));

        written(
                store,
                new GroupWrite(StoredGroup.absent("g"))
                        .add(new GroupChange.Head(head))
                        .add(new GroupChange.Reset(List.of(all), List.of(), reset)));

        StoredGroup found = get(store.load("g"));
        assertThat(found.offsets()).containsExactly(all);
        assertThat(found.offset("t", "id", 3)).contains(all);
        assertThat(found.offset("t", "another", 3)).isEmpty();
        assertThat(found.head()).contains(head);
        assertThat(found.reset()).contains(reset);
    }

    @Test
    default void operatorsReadTheNodesAsJson() {
        Coordinator client = prepared();
        OffsetStore store = new CoordinatorOffsetStore(client);
        written(store, new GroupWrite(StoredGroup.absent("g")).add(head(1)).add(forward(at("t", 0, 1))));

        assertThat(read(client, "/groups/g").orElseThrow().data())
                .isEqualTo("{\"generation\":1,\"coordinator\":{\"brokerId\":1,\"brokerEpoch\":1},\"members\":{}}");
        assertThat(read(client, "/groups/g/offsets/t/0").orElseThrow().data())
                .isEqualTo("{\"topicId\":\"id-t\",\"partitions\":"
                        + "{\"0\":{\"offset\":1,\"leaderEpoch\":2,\"metadata\":\"\",\"time\":5}}}");
    }

    @Test
    default void whoeverClaimsFencesTheWritesOfTheClaimBefore() {
        OffsetStore store = store();
        StoredGroup mine = written(store, new GroupWrite(StoredGroup.absent("g")).add(head(1)));
        StoredGroup other = written(store, new GroupWrite(StoredGroup.absent("h")).add(head(1)));
        written(store, new GroupWrite(get(store.load("g"))).add(head(2)));

        WriteResult result = get(store.write(List.of(
                new GroupWrite(other).add(forward(at("t", 0, 1))), new GroupWrite(mine).add(forward(at("t", 0, 1))))));

        assertThat(result).isEqualTo(new WriteResult.Refused(1, true));
        assertThat(get(store.load("g")).offsets()).isEmpty();
        assertThat(get(store.load("h")).offsets()).isEmpty();
    }

    @Test
    default void ofTwoThatMakeTheGroupOneIsFenced() {
        OffsetStore store = store();
        written(store, new GroupWrite(StoredGroup.absent("g")).add(head(1)));

        assertThat(get(store.write(List.of(new GroupWrite(StoredGroup.absent("g")).add(head(1))))))
                .isEqualTo(new WriteResult.Refused(0, true));
    }

    @Test
    default void anOffsetThatSomebodyElseHasSetIsNotOverwrittenUnseen() {
        Coordinator client = prepared();
        OffsetStore store = new CoordinatorOffsetStore(client);
        StoredGroup mine = written(
                store, new GroupWrite(StoredGroup.absent("g")).add(head(1)).add(forward(at("t", 0, 1))));
        String data = read(client, "/groups/g/offsets/t/0").orElseThrow().data();
        made(client, Contract.set("/groups/g/offsets/t/0", data.replace("\"offset\":1", "\"offset\":9"), 0));

        assertThat(get(store.write(List.of(new GroupWrite(mine).add(forward(at("t", 0, 2)))))))
                .isEqualTo(new WriteResult.Refused(0, false));
        assertThat(get(store.load("g")).offsets()).containsExactly(at("t", 0, 9));
    }

    @Test
    default void forwardNeverGoesBackAndExactDoes() {
        OffsetStore store = store();
        StoredGroup group = written(
                store, new GroupWrite(StoredGroup.absent("g")).add(head(1)).add(forward(at("t", 0, 9), at("t", 1, 9))));

        StoredGroup after = written(
                store,
                new GroupWrite(group).add(new GroupChange.Offsets(List.of(at("t", 0, 3)), List.of(at("t", 1, 3)))));

        assertThat(after.offsets()).containsExactly(at("t", 0, 9), at("t", 1, 3));
        assertThat(get(store.load("g")).offsets()).isEqualTo(after.offsets());
    }

    @Test
    default void aTopicMadeAgainDoesNotInheritOffsets() {
        OffsetStore store = store();
        StoredGroup group = written(
                store, new GroupWrite(StoredGroup.absent("g")).add(head(1)).add(forward(at("t", 0, 4), at("t", 1, 7))));

        GroupOffset ofTheNewTopic = new GroupOffset("t", "other-id", 0, 1, 0, "", 5);
        written(store, new GroupWrite(group).add(forward(ofTheNewTopic)));

        assertThat(get(store.load("g")).offsets()).containsExactly(ofTheNewTopic);
    }

    @Test
    default void topicsPartitionsAndGroupsGo() {
        OffsetStore store = store();
        StoredGroup group = written(
                store,
                new GroupWrite(StoredGroup.absent("g"))
                        .add(head(1))
                        .add(forward(at("t", 0, 4), at("t", 1, 5), at("u", 0, 6), at("u", 256, 7))));

        StoredGroup without = written(
                store,
                new GroupWrite(group)
                        .add(new GroupChange.WithoutTopic("u"))
                        .add(new GroupChange.Reset(List.of(), List.of(new Gone("t", 1)), null)));
        assertThat(get(store.load("g")).offsets()).containsExactly(at("t", 0, 4));
        StoredGroup again = written(store, new GroupWrite(without).add(forward(at("u", 256, 8))));
        assertThat(get(store.load("g")).offsets()).containsExactly(at("t", 0, 4), at("u", 256, 8));

        written(store, new GroupWrite(again).add(new GroupChange.Deleted()));

        assertThat(get(store.names())).isEmpty();
        written(store, new GroupWrite(StoredGroup.absent("g")).add(head(1)));
        assertThat(get(store.load("g")).offsets()).isEmpty();
    }

    @Test
    default void aWriteIsRecognizedInWhatIsFoundAndNotWhereItIsMissing() {
        OffsetStore store = store();
        StoredGroup group = written(store, new GroupWrite(StoredGroup.absent("g")).add(head(1)));
        GroupWrite offsets = new GroupWrite(group).add(forward(at("t", 0, 4)));
        GroupWrite claim = new GroupWrite(group).add(head(2));

        assertThat(offsets.isIn(get(store.load("g")))).isFalse();
        assertThat(claim.isIn(get(store.load("g")))).isFalse();
        StoredGroup after = written(store, offsets);
        assertThat(offsets.isIn(get(store.load("g")))).isTrue();
        assertThat(claim.isIn(get(store.load("g")))).isFalse();
        GroupWrite deletion = new GroupWrite(after).add(new GroupChange.Deleted());
        assertThat(deletion.isIn(get(store.load("g")))).isFalse();
        written(store, deletion);
        assertThat(deletion.isIn(get(store.load("g")))).isTrue();
    }

    @Test
    default void whatDoesNotFitIsKnownBefore() {
        OffsetStore store = store();
        GroupWrite many = new GroupWrite(StoredGroup.absent("g"))
                .add(new GroupChange.Offsets(
                        IntStream.range(0, 300).mapToObj(i -> at("t" + i, 0, 1)).toList(), List.of()));
        GroupWrite few = new GroupWrite(StoredGroup.absent("h")).add(forward(at("t", 0, 1)));

        assertThat(store.fits(List.of(many))).isFalse();
        assertThat(store.fits(List.of(few))).isTrue();
    }

    @Test
    default void aNodeThatCannotBeReadIsNamed() {
        Coordinator client = prepared();
        OffsetStore store = new CoordinatorOffsetStore(client);
        written(store, new GroupWrite(StoredGroup.absent("g")).add(head(1)).add(forward(at("t", 0, 1))));
        made(client, Contract.set("/groups/g/offsets/t/0", "{}", 0));

        assertThatThrownBy(() -> get(store.load("g")))
                .isInstanceOf(MalformedNodeException.class)
                .hasMessageContaining("/groups/g/offsets/t/0");
    }

    @Test
    default void ofTwoTopicIdsInOneWriteTheLaterCounts() {
        OffsetStore store = store();
        GroupOffset anew = new GroupOffset("t", "x", 1, 1, 0, "", 0);

        written(
                store,
                new GroupWrite(StoredGroup.absent("g"))
                        .add(head(1))
                        .add(forward(at("t", 0, 1)))
                        .add(forward(anew)));

        assertThat(get(store.load("g")).offsets()).containsExactly(anew);
    }

    private static StoredGroup written(OffsetStore store, GroupWrite write) {
        WriteResult result = get(store.write(List.of(write)));
        assertThat(result).isInstanceOf(WriteResult.Written.class);
        return ((WriteResult.Written) result).groups().get(0);
    }

    private static GroupChange head(long generation) {
        return new GroupChange.Head(node(generation));
    }

    private static GroupNode node(long generation) {
        return new GroupNode(generation, new Claimant(1, 1), new TreeMap<>(), null);
    }

    private static GroupChange forward(GroupOffset... offsets) {
        return new GroupChange.Offsets(List.of(offsets), List.of());
    }

    private OffsetStore store() {
        return new CoordinatorOffsetStore(prepared());
    }

    /** With what registration makes. */
    private Coordinator prepared() {
        Coordinator client = connect();
        client.commit(List.of(newNode("/groups", ""))).toCompletableFuture().join();
        return client;
    }

    private static GroupOffset at(String topic, int partition, long offset) {
        return GroupOffset.of(topic, "id-" + topic, partition, new OffsetNode(offset, 2, "", 5));
    }
}
