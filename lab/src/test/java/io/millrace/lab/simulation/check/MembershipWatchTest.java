package io.millrace.lab.simulation.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.core.TopicPartition;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.GroupNode.Claimant;
import io.millrace.coordinator.tree.GroupNode.MemberNode;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A partition that two members have: which of it is a bug, and which is a coordinator that does not know yet. */
class MembershipWatchTest {
    private static final TopicPartition P = new TopicPartition("t", 0);
    private static final TopicPartition Q = new TopicPartition("t", 1);

    private final MembershipWatch watch = new MembershipWatch("g");
    private final TreeMap<String, TreeSet<TopicPartition>> holds = new TreeMap<>();

    @Test
    void aPartitionThatARecordedMemberStillHasIsNotToldToAnother() {
        stored(1, 1, "a");
        told(1, 1, "a", P, Q);
        stored(2, 1, "a", "b");
        told(2, 1, "a", Q);

        found("a still has", () -> told(2, 1, "b", P));
        holds("a", Q);
        fine(() -> told(2, 1, "b", P));
    }

    @Test
    void aNewCoordinatorDoesNotGiveAwayWhatAMemberOfTheOneBeforeHas() {
        stored(1, 1, "a");
        told(1, 1, "a", P);
        stored(2, 2, "a");
        stored(3, 2, "a", "b");

        found("a still has", () -> told(3, 2, "b", P));
        stored(4, 2, "b");
        fine(() -> told(4, 2, "b", P));
    }

    /** Seeds 4000402 and 4001476. */
    @Test
    void whoWasOvertakenTellsItsMemberWhatASuccessorHasGivenAway() {
        stored(1, 1, "a");
        told(1, 1, "a", P);
        stored(2, 2, "a");
        stored(3, 2, "b");
        told(3, 2, "b", P);

        fine(() -> told(1, 1, "a", P));
        found("a's and b's", () -> told(1, 1, "b", P));
    }

    @Test
    void whoWasOvertakenDoesNotGiveAwayWhatItsOwnMemberHas() {
        stored(1, 1, "a", "b");
        told(1, 1, "a", P);
        stored(2, 1, "a", "b");
        stored(3, 2, "a", "b");
        stored(4, 2, "c");
        told(4, 2, "c", P);

        found("a still has", () -> told(2, 1, "b", P));
    }

    @Test
    void aLateWordOfAnEarlierCoordinatorIsNotWhatAMemberWasToldLast() {
        stored(1, 1, "a", "b");
        stored(2, 2, "a", "b");
        told(2, 2, "a", P);
        told(1, 1, "a");
        stored(3, 2, "a", "b");

        fine(() -> told(1, 1, "b", P));
        found("a still has", () -> told(3, 2, "b", P));
    }

    @Test
    void aProcessThatClaimsTheGroupAgainIsAnotherOne() {
        stored(1, 1, "a");
        told(1, 1, "a", P);
        stored(2, 2, "a");
        stored(3, 2, "b");
        told(3, 2, "b", P);
        stored(4, 1, "b");
        stored(5, 1, "b", "c");

        found("b still has", () -> told(5, 1, "c", P));
    }

    private static void found(String words, ThrowingCallable history) {
        assertThatThrownBy(history).isInstanceOf(Violation.class).hasMessageContaining(words);
    }

    private static void fine(ThrowingCallable history) {
        assertThatCode(history).doesNotThrowAnyException();
    }

    private void stored(long generation, int coordinator, String... members) {
        TreeMap<String, MemberNode> recorded = new TreeMap<>();
        List.of(members).forEach(member -> recorded.put(member, new MemberNode(null, 2_000)));
        watch.onHead(new GroupNode(generation, new Claimant(coordinator, 1), recorded, null));
    }

    /** It has it, beside what it has, until {@link #holds} says otherwise. */
    private void told(long generation, int coordinator, String member, TopicPartition... partitions) {
        TreeSet<TopicPartition> told = new TreeSet<>(List.of(partitions));
        watch.onTold(new Told(
                coordinator, member, null, generation, told, () -> new TreeSet<>(holds.get(member)), () -> true));
        holds.computeIfAbsent(member, first -> new TreeSet<>()).addAll(told);
    }

    private void holds(String member, TopicPartition... partitions) {
        holds.put(member, new TreeSet<>(List.of(partitions)));
    }
}
