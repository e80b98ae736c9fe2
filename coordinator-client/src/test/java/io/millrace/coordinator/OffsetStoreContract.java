package io.millrace.coordinator;

import static io.millrace.coordinator.Contract.get;
import static io.millrace.coordinator.Contract.made;
import static io.millrace.coordinator.Contract.newNode;
import static io.millrace.coordinator.Contract.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.coordinator.tree.MalformedNodeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Offsets of consumer groups. */
interface OffsetStoreContract extends Contract {

    @Test
    default void aGroupThatReadZeroToThreeGoesOnAtFour() {
        OffsetStore consumer = store();
        assertThat(get(consumer.fetch("g"))).isEmpty();

        assertThat(get(consumer.commit("g", List.of(at("t", 0, 4))))).isEqualTo(OffsetCommitResult.COMMITTED);

        assertThat(get(store().fetch("g"))).containsExactly(at("t", 0, 4));
        assertThat(get(store().fetch("another"))).isEmpty();
    }

    @Test
    default void laterCommitsReplaceTheirPartitionsAndLeaveTheOthers() {
        OffsetStore store = store();
        get(store.commit("g", List.of(at("t", 0, 4), at("t", 1, 7), at("u", 300, 1))));

        get(store.commit("g", List.of(at("t", 1, 9), at("a", 255, 2), at("a", 256, 3))));

        assertThat(get(store.fetch("g")))
                .containsExactly(at("a", 255, 2), at("a", 256, 3), at("t", 0, 4), at("t", 1, 9), at("u", 300, 1));
    }

    @Test
    default void everyFieldComesBack() {
        GroupOffset all = new GroupOffset("t", "id", 3, Long.MAX_VALUE, -1, "\"note\" é", 1_700_000_000_000L);

        get(store().commit("g", List.of(all)));

        assertThat(get(store().fetch("g"))).containsExactly(all);
    }

    @Test
    default void aTopicMadeAgainDoesNotInheritOffsets() {
        OffsetStore store = store();
        get(store.commit("g", List.of(at("t", 0, 4), at("t", 1, 7))));

        GroupOffset ofTheNewTopic = new GroupOffset("t", "other-id", 0, 1, 0, "", 5);
        get(store.commit("g", List.of(ofTheNewTopic)));

        assertThat(get(store.fetch("g"))).containsExactly(ofTheNewTopic);
    }

    @Test
    default void committersAtOnceLoseNothing() {
        List<CompletionStage<OffsetCommitResult>> commits = new ArrayList<>();
        List<GroupOffset> expected = new ArrayList<>();
        for (int committer = 0; committer < 4; committer++) {
            OffsetStore store = store();
            for (int i = 0; i < 2; i++) {
                GroupOffset offset = at("t", committer * 2 + i, 10 + i);
                expected.add(offset);
                commits.add(store.commit("g", List.of(offset)));
            }
        }

        assertThat(commits).allSatisfy(commit -> assertThat(get(commit)).isEqualTo(OffsetCommitResult.COMMITTED));
        assertThat(get(store().fetch("g"))).containsExactlyElementsOf(expected);
    }

    @Test
    default void aCommitMakesTheGroupWithGenerationZeroAndLeavesAnExistingOne() {
        Coordinator client = prepared();
        get(new CoordinatorOffsetStore(client).commit("new", List.of(at("t", 0, 1))));
        made(client, newNode("/groups/old", "{\"generation\":7}"));
        get(new CoordinatorOffsetStore(client).commit("old", List.of(at("t", 0, 1))));

        assertThat(read(client, "/groups/new").orElseThrow().data()).isEqualTo("{\"generation\":0}");
        assertThat(read(client, "/groups/old").orElseThrow().data()).isEqualTo("{\"generation\":7}");
        assertThat(read(client, "/groups/new/offsets/t/0").orElseThrow().data())
                .isEqualTo("{\"topicId\":\"id-t\",\"partitions\":"
                        + "{\"0\":{\"offset\":1,\"leaderEpoch\":2,\"metadata\":\"\",\"time\":5}}}");
    }

    @Test
    default void aCommitThatDoesNotFitIsRefusedWhole() {
        OffsetStore store = store();
        List<GroupOffset> tooMany =
                IntStream.range(0, 300).mapToObj(i -> at("t" + i, 0, 1)).toList();

        assertThat(get(store.commit("g", tooMany))).isEqualTo(OffsetCommitResult.TOO_LARGE);
        assertThat(get(store.fetch("g"))).isEmpty();
        assertThat(get(store.commit("g", List.of()))).isEqualTo(OffsetCommitResult.COMMITTED);
    }

    @Test
    default void aChunkThatCannotBeReadIsNamedAndNotOverwritten() {
        Coordinator client = prepared();
        OffsetStore store = new CoordinatorOffsetStore(client);
        get(store.commit("g", List.of(at("t", 0, 1))));
        made(client, Contract.set("/groups/g/offsets/t/0", "{}", 0));

        assertThatThrownBy(() -> get(store.commit("g", List.of(at("t", 1, 1)))))
                .isInstanceOf(MalformedNodeException.class)
                .hasMessageContaining("/groups/g/offsets/t/0");
        assertThatThrownBy(() -> get(store.fetch("g"))).isInstanceOf(MalformedNodeException.class);
        assertThat(read(client, "/groups/g/offsets/t/0").orElseThrow().data()).isEqualTo("{}");
    }

    @Test
    default void twoTopicIdsForOneTopicAreRefusedAtOnce() {
        OffsetStore store = store();

        assertThatThrownBy(() -> store.commit("g", List.of(at("t", 0, 1), new GroupOffset("t", "x", 1, 1, 0, "", 0))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private OffsetStore store() {
        return new CoordinatorOffsetStore(prepared());
    }

    /** With what registration makes. */
    private Coordinator prepared() {
        Coordinator client = connect();
        get(client.commit(List.of(newNode("/groups", ""))));
        return client;
    }

    private static GroupOffset at(String topic, int partition, long offset) {
        return new GroupOffset(topic, "id-" + topic, partition, offset, 2, "", 5);
    }
}
