package io.millrace.lab.simulation.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.core.TopicPartition;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.GroupNode.Claimant;
import io.millrace.coordinator.tree.GroupNode.MemberNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.OffsetsChunk;
import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;
import io.millrace.coordinator.tree.ResetNode;
import io.millrace.coordinator.tree.ResetNode.PartitionReset;
import io.millrace.coordinator.tree.ResetNode.TopicReset;
import io.millrace.lab.history.HistorySink;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Histories with a bug planted in them: the checker must find each. */
class GroupWatchTest {
    private static final String CHUNK = "/groups/g/offsets/t/0";
    private static final TopicPartition OLD = new TopicPartition("old", 0);
    private static final TopicPartition NEW = new TopicPartition("new", 0);

    private final Asked asked = new Asked();
    private final TreeSet<String> topicIds = new TreeSet<>(List.of("old"));
    private final TreeSet<String> paths = new TreeSet<>();
    private long event = 1;
    private final GroupWatch watch = new GroupWatch(
            () -> event,
            paths::contains,
            topicIds::contains,
            asked,
            new Telling(HistorySink.NONE, new SimTime(new Chance(1))));

    @Test
    void anOffsetInheritedFromANamesakeIsFound() {
        head(1, "a");
        commit(OLD, 40, 1, "a", 0);
        topicIds.add("new");
        topicIds.remove("old");
        int askedAt = watch.mark("g", NEW);

        found("begins at 40", () -> watch.onStart("g", NEW, askedAt, 40, "a", 1));
        assertThatCode(() -> watch.onStart("g", NEW, askedAt, -1, "a", 1)).doesNotThrowAnyException();
    }

    @Test
    void anOffsetOfALivingTopicThatGoesForOneOfADeletedOneIsFound() {
        head(1, "a");
        topicIds.add("new");
        commit(NEW, 40, 1, "a", 0);
        topicIds.remove("old");

        found("is gone", () -> commit(OLD, 7, 1, "a", 0));
    }

    @Test
    void anOffsetThatSurvivesItsDeletionIsFound() {
        head(1, "a");
        commit(OLD, 40, 1, "a", 0);
        head(2, null);
        Asked.Request ofTopic = asked.ask("delete g t");
        Asked.Request ofGroup = asked.ask("delete g");

        found("nothing has happened", ofTopic::onDone);
        watch.onDeleted("/groups/g/offsets/t/0");
        assertThatCode(ofTopic::onDone).doesNotThrowAnyException();
        found("nothing has happened", ofGroup::onDone);
    }

    @Test
    void aDeletionThatWasRefusedAndHappenedIsFound() {
        head(1, "a");
        commit(OLD, 40, 1, "a", 0);
        Asked.Request request = asked.ask("delete g");
        watch.onDeleted(CHUNK);

        found("refused for certain", request::onRefused);
    }

    @Test
    void aDeletionThatNobodyAskedForIsFound() {
        head(1, "a");
        commit(OLD, 40, 1, "a", 0);

        found("nobody has asked", () -> watch.onDeleted(CHUNK));
    }

    @Test
    void aCommitOfAStaleMemberOverAResetIsFound() {
        head(1, "a");
        commit(OLD, 40, 1, "a", 0);
        head(2, null);
        reset(node(40, "1 a 0"), 10);

        found("after it was set by hand in generation 2", () -> commit(OLD, 50, 2, "a", 0));
        assertThatCode(() -> commit(OLD, 11, 3, "b", 0)).doesNotThrowAnyException();
    }

    @Test
    void aResetOfAGroupThatSomebodyIsInIsFound() {
        head(1, "a");
        commit(OLD, 40, 1, "a", 0);

        found("has members", () -> reset(node(40, "1 a 0"), 10));
    }

    @Test
    void aResetThatRemembersWhatWasThereEarlierIsFound() {
        head(1, "a");
        commit(OLD, 30, 1, "a", 0);
        commit(OLD, 40, 1, "a", 0);
        head(2, null);

        found("is remembered", () -> reset(node(30, "1 a 0"), 10));
    }

    @Test
    void anOffsetThatGoesBackIsFoundUnlessAMemberHasRewound() {
        head(1, "a");
        commit(OLD, 40, 1, "a", 0);

        found("that is back", () -> commit(OLD, 30, 1, "a", 0));
        assertThatCode(() -> commit(OLD, 20, 1, "a", 1)).doesNotThrowAnyException();
    }

    @Test
    void aCommitInWhatIsAnothersByNowIsFound() {
        head(1, "a");
        commit(OLD, 40, 1, "a", 0);
        tell("b", "i", 1);
        watch.onStart("g", OLD, watch.mark("g", OLD), 40, "b", 1);

        found("b has it", () -> commit(OLD, 41, 1, "a", 0));
    }

    @Test
    void twoLivingMembersOfOneInstanceAreFound() {
        head(1, "a");
        tell("a", "i", 1);

        found("which lives", () -> tell("b", "i", 1));
        assertThatCode(() -> tell("c", "j", 1)).doesNotThrowAnyException();
    }

    @Test
    void aGenerationThatIsToldBeforeItIsStoredIsFound() {
        head(1, "a");

        found("not stored by it", () -> tell("a", "i", 2));
    }

    @Test
    void aResetThatIsSaidToBeMadeAndWasNotIsFound() {
        head(1, null);
        int marked = watch.mark("g", OLD);
        reset(null, 10);

        found("is said to be set to 22", () -> watch.onSetByHand("g", OLD, marked, 22));
        assertThatCode(() -> watch.onSetByHand("g", OLD, marked, 10)).doesNotThrowAnyException();
    }

    private static void found(String words, ThrowingCallable history) {
        assertThatThrownBy(history).isInstanceOf(Violation.class).hasMessageContaining(words);
    }

    private void head(long generation, @Nullable String member) {
        TreeMap<String, MemberNode> members = new TreeMap<>();
        if (member != null) {
            members.put(member, new MemberNode(null, 2_000));
        }
        write("/groups/g", new GroupNode(generation, new Claimant(1, 1), members, null));
    }

    private void tell(String member, String instanceId, long generation) {
        watch.onTold("g", new Told(1, member, instanceId, generation, new TreeSet<>(), TreeSet::new, () -> true));
    }

    private void commit(TopicPartition partition, long offset, long generation, String member, int rewinds) {
        CommitMark mark = new CommitMark(generation, member, rewinds);
        watch.onSent("g", partition, offset, mark);
        event++;
        chunk(partition.topicId(), node(offset, mark.text()));
    }

    private static OffsetNode node(long offset, String metadata) {
        return new OffsetNode(offset, -1, metadata, 0);
    }

    private void reset(@Nullable OffsetNode before, long after) {
        asked.ask("reset g");
        event++;
        PartitionReset partition = new PartitionReset(before, after);
        write(
                "/groups/g/reset",
                new ResetNode(
                        0, new TreeMap<>(Map.of("t", new TopicReset("old", new TreeMap<>(Map.of(0, partition)))))));
        chunk("old", node(after, ""));
    }

    private void chunk(String topicId, OffsetNode at) {
        write(CHUNK, new OffsetsChunk(topicId, new TreeMap<>(Map.of(0, at))));
    }

    private void write(String path, Record data) {
        paths.add(path);
        watch.onNode(new Node(path, NodeCodec.encode(data), 0, 0, 0, 0));
    }
}
