package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.GroupHandover.Arrival;
import io.millrace.client.GroupHandover.Step;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GroupHandoverTest {
    private static final OwnedPartition P0 = new OwnedPartition(new TopicPartition("orders", 0), "t1");
    private static final OwnedPartition P1 = new OwnedPartition(new TopicPartition("orders", 1), "t1");
    private final GroupHandover handover = new GroupHandover();

    @Test
    void aGenerationIsEnteredWithItsPartitions() {
        handover.arrive(List.of(new Arrival(P0, 1, null)));
        handover.enter(7);
        assertThat(handover.generation()).as("nobody was told").isZero();
        assertThat(handover.next()).isInstanceOf(Step.Assign.class);
        assertThat(handover.generation()).isEqualTo(7);
    }

    @Test
    void oneThatChangesNothingHereIsEnteredWithTheNextPoll() {
        has(P0, 7);
        handover.enter(8);
        assertThat(handover.generation()).isEqualTo(7);
        assertThat(handover.next()).isNull();
        assertThat(handover.generation()).isEqualTo(8);
    }

    @Test
    void whatGoesIsLetGoOfInTheGenerationInWhichItWasRead() {
        has(P0, 7);
        handover.revoke(1, Set.of(P0));
        handover.arrive(List.of(new Arrival(P1, 2, null)));
        handover.enter(8);
        assertThat(handover.next()).isEqualTo(new Step.Revoke(1, Set.of(P0)));
        assertThat(handover.generation()).isEqualTo(7);
        handover.onRevoked(Set.of(P0));
        assertThat(handover.next()).isInstanceOf(Step.Assign.class);
        assertThat(handover.generation()).isEqualTo(8);
    }

    @Test
    void whatIsLostIsLostInItsOwnGenerationThoughANewMembershipHasBegun() {
        has(P0, 7);
        handover.lose();
        handover.enter(0);
        handover.arrive(List.of(new Arrival(P0, 2, null)));
        handover.enter(9);
        assertThat(handover.next()).isEqualTo(new Step.Lose(Set.of(P0)));
        assertThat(handover.generation()).isEqualTo(7);
        assertThat(handover.next()).isInstanceOf(Step.Assign.class);
        assertThat(handover.generation()).isEqualTo(9);
    }

    @Test
    void whoLosesWhatItWasNeverToldOfIsToldNothing() {
        handover.arrive(List.of(new Arrival(P0, 1, null)));
        handover.lose();
        assertThat(handover.hasNews()).isFalse();
        assertThat(handover.next()).isNull();
    }

    private void has(OwnedPartition partition, long generation) {
        handover.arrive(List.of(new Arrival(partition, 1, null)));
        handover.enter(generation);
        assertThat(handover.next()).isInstanceOf(Step.Assign.class);
    }
}
