package io.millrace.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.broker.runtime.VirtualTime;
import io.millrace.coordinator.CoordinatorOffsetStore;
import io.millrace.coordinator.GroupOffset;
import io.millrace.coordinator.OffsetCommitResult;
import io.millrace.coordinator.OffsetStore;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.memory.InMemoryCoordinator;
import io.millrace.coordinator.memory.InMemoryTree;
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredGroupOffsetsTest {

    private final VirtualTime time = new VirtualTime();
    private final EventLoop loop = time.loop();
    private final InMemoryCoordinator coordinator = new InMemoryTree().connect(loop);
    private final GroupOffsets offsets = offsets(new CoordinatorOffsetStore(coordinator));
    private final List<Outcome<List<CommittedOffset>>> answers = new ArrayList<>();
    private ClusterImage image = image("t-id");

    @BeforeEach
    void makeTheTree() {
        coordinator.commit(List.of(new Operation.Create(Paths.GROUPS, "", false)));
        time.settle();
    }

    @Test
    void whatWasCommittedIsFetched() {
        Outcome<List<CommittedOffset>> committed = commit(new OffsetCommit("t", null, 2, 41, 3, "note"));

        CommittedOffset expected = new CommittedOffset("t", "t-id", 2, 41, 3, "note", time.wallMillis());
        assertThat(committed).isEqualTo(Outcome.ok(List.of(expected)));
        assertThat(fetch()).isEqualTo(Outcome.ok(List.of(expected)));
    }

    @Test
    void aTopicThatWasCreatedAgainDoesNotInherit() {
        commit(new OffsetCommit("t", "t-id", 2, 41, 3, "note"));

        image = image("another-id");

        assertThat(fetch()).isEqualTo(Outcome.ok(List.of()));
        assertThat(refusal(commit(new OffsetCommit("t", "t-id", 2, 42, 3, ""))).reason())
                .isEqualTo(ErrorReason.TOPIC_ID_CHANGED);
    }

    @Test
    void withoutTheServiceACommitIsIndeterminateAndAFetchIsNot() {
        coordinator.suspend();

        Refusal commit = refusal(commit(new OffsetCommit("t", null, 2, 41, 3, "")));
        Refusal fetch = refusal(fetch());

        assertThat(commit.reason()).isEqualTo(ErrorReason.COORDINATOR_NOT_AVAILABLE);
        assertThat(commit.definite()).isFalse();
        assertThat(fetch.reason()).isEqualTo(ErrorReason.COORDINATOR_NOT_AVAILABLE);
        assertThat(fetch.definite()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"CONFLICT, CONFLICT", "TOO_LARGE, LIMIT_EXCEEDED"})
    void whatTheStoreRefusesIsNotStored(OffsetCommitResult result, ErrorReason reason) {
        offsets(new AnsweringStore(result))
                .commit("g", List.of(new OffsetCommit("t", null, 0, 1, 1, "")), answers::add);

        Refusal refusal = refusal(answer());
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.definite()).isTrue();
    }

    private GroupOffsets offsets(OffsetStore store) {
        return new StoredGroupOffsets(() -> image, store, time, loop);
    }

    private Outcome<List<CommittedOffset>> commit(OffsetCommit offset) {
        offsets.commit("g", List.of(offset), answers::add);
        return answer();
    }

    private Outcome<List<CommittedOffset>> fetch() {
        offsets.fetch("g", List.of(), answers::add);
        return answer();
    }

    private Outcome<List<CommittedOffset>> answer() {
        time.settle();
        assertThat(answers).hasSize(1);
        return answers.remove(0);
    }

    private static Refusal refusal(Outcome<?> outcome) {
        if (outcome instanceof Outcome.No<?> no) {
            return no.refusal();
        }
        throw new AssertionError("not refused: " + outcome);
    }

    private static ClusterImage image(String topicId) {
        TopicConfig config = new TopicConfig(Durability.FSYNC, 1, 1 << 20, 1 << 20);
        TreeMap<String, TopicImage> topics = new TreeMap<>();
        topics.put("t", new TopicImage("t", topicId, 3, 1, config, List.of(), new TreeMap<>()));
        return new ClusterImage("c", null, -1, null, new TreeMap<>(), new TreeMap<>(), topics);
    }

    /** Gives one answer to every commit. */
    private record AnsweringStore(OffsetCommitResult result) implements OffsetStore {
        @Override
        public CompletionStage<OffsetCommitResult> commit(String group, List<GroupOffset> offsets) {
            return CompletableFuture.completedFuture(result);
        }

        @Override
        public CompletionStage<List<GroupOffset>> fetch(String group) {
            return CompletableFuture.completedFuture(List.of());
        }
    }
}
