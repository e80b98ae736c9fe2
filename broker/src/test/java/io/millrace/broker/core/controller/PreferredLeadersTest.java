package io.millrace.broker.core.controller;

import static io.millrace.broker.core.controller.States.incarnation;
import static io.millrace.broker.core.controller.States.live;
import static io.millrace.broker.core.controller.States.onePartition;
import static io.millrace.broker.core.controller.States.partition;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PreferredLeadersTest {

    private static final List<Integer> REPLICAS = List.of(1, 2, 3);

    @Test
    void thePreferredReplicaLeadsAgainWithTheSameIsr() {
        ClusterState state = onePartition(live(12, 21, 31), 21, List.of(1, 2, 3), REPLICAS, 2);

        Decision<Integer> decision = PreferredLeaders.balance(state, 10);

        assertThat(decision.reply()).isOne();
        assertThat(partition(decision.next()).isLedBy(incarnation(12))).isTrue();
        assertThat(partition(decision.next()).leaderEpoch()).isEqualTo(4);
        assertThat(partition(decision.next()).isr()).containsExactly(1, 2, 3);
        assertThat(PreferredLeaders.balance(decision.next(), 10).writes()).isEmpty();
    }

    @Test
    void whoIsNotInSyncDoesNotLead() {
        ClusterState state = onePartition(live(12, 21, 31), 21, List.of(2, 3), REPLICAS, 2);

        assertThat(PreferredLeaders.balance(state, 10).writes()).isEmpty();
    }

    @Test
    void whoIsAboutToStopDoesNotGetItsLeadershipsBack() {
        ClusterState state = onePartition(live(11, 21, 31), 21, List.of(1, 2, 3), REPLICAS, 2)
                .withStopping(incarnation(11));

        assertThat(PreferredLeaders.balance(state, 10).writes()).isEmpty();
    }

    @Test
    void noMoreThanTheLimitMoveAtOnce() {
        ClusterState state = onePartition(live(12, 21, 31), 21, List.of(1, 2, 3), REPLICAS, 2);

        assertThat(PreferredLeaders.balance(state, 0).writes()).isEmpty();
    }
}
