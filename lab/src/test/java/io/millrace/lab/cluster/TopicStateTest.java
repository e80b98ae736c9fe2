package io.millrace.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicStateTest {
    private static final List<Integer> REPLICAS = List.of(1, 2, 3);
    private static final Set<Integer> ALL = Set.of(1, 2, 3);
    private static final TopicState WHOLE =
            state(new PartitionStatus(1, 4, 9, REPLICAS, ALL), new PartitionStatus(2, 0, 0, List.of(2, 3, 1), ALL));

    @Test
    void aTopicIsFullOnlyWithAllReplicasInSyncAndALeaderEverywhere() {
        assertThat(WHOLE.isFull()).isTrue();
        assertThat(state(new PartitionStatus(1, 4, 9, REPLICAS, Set.of(1, 2))).isFull())
                .isFalse();
        assertThat(state(new PartitionStatus(-1, 4, 9, REPLICAS, ALL)).isFull()).isFalse();
        assertThat(state().isFull()).isFalse();
    }

    @Test
    void aTopicIsBalancedWhenEachPartitionsFirstReplicaLeads() {
        assertThat(WHOLE.isBalanced()).isTrue();
        assertThat(state(new PartitionStatus(2, 4, 9, REPLICAS, ALL)).isBalanced())
                .isFalse();
    }

    @Test
    void theSameLeaderElectedAgainIsAnElection() {
        TopicState after = state(
                new PartitionStatus(1, 5, 10, REPLICAS, ALL), new PartitionStatus(2, 0, 0, List.of(2, 3, 1), ALL));

        assertThat(after.electionsSince(WHOLE)).isEqualTo(1);
        assertThat(after.isrChangesSince(WHOLE)).isZero();
        assertThat(after.isElectedAnewSince(WHOLE)).isFalse();
    }

    @Test
    void anInSyncSetThatShrankAndGrewAgainIsTwoChanges() {
        TopicState after = state(
                new PartitionStatus(1, 4, 11, REPLICAS, ALL), new PartitionStatus(2, 0, 0, List.of(2, 3, 1), ALL));

        assertThat(after.isrChangesSince(WHOLE)).isEqualTo(2);
        assertThat(after.electionsSince(WHOLE)).isZero();
    }

    @Test
    void whoLeadsWhatIsToldByPartition() {
        assertThat(WHOLE.ledBy(Set.of(2, 3))).containsExactly(1);
    }

    private static TopicState state(PartitionStatus... partitions) {
        return new TopicState(1, List.of(partitions));
    }
}
