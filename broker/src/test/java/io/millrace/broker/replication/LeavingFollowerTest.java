package io.millrace.broker.replication;

import static io.millrace.broker.replication.ReplicationCluster.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionStates;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is about to stop: nobody proposes it again, and nobody waits for it longer than the record says. */
final class LeavingFollowerTest {

    @TempDir
    Path directory;

    @Test
    void whoLeavesAndHasBeenDismissedIsNotProposedBackAlthoughItHasEverything() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            leave(cluster);
            cluster.time.advance(SECOND / 100);
            dismiss(cluster, 1, 2);
            AtomicReference<@Nullable Outcome<Appended>> written = cluster.produce(1, "after", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            assertThat(cluster.state.isr()).containsExactly(1, 2);
            assertThat(written.get()).isInstanceOf(Outcome.Ok.class);
            assertThat(cluster.broker(3).logEndOffset()).as("it follows on").isEqualTo(1);
        }
    }

    @Test
    void whoLeavesCountsUntilItIsDismissed() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            leave(cluster);
            cluster.broker(3).flushes.hold();
            AtomicReference<@Nullable Outcome<Appended>> written = cluster.produce(1, "before", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            assertThat(written.get()).as("3 is in the set and has not synced").isNull();
            cluster.broker(3).flushes.release();
            cluster.time.advance(SECOND / 10);
            assertThat(written.get()).isInstanceOf(Outcome.Ok.class);
            assertThat(cluster.state.isr()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void whoLeavesIsNotProposedByANewLeaderEither() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(3, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            leave(cluster);
            cluster.elect(1, 1, 2);
            AtomicReference<@Nullable Outcome<Appended>> written = cluster.produce(1, "after", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            assertThat(written.get()).isInstanceOf(Outcome.Ok.class);
            assertThat(cluster.state.isr()).containsExactly(1, 2);
        }
    }

    @Test
    void whoLeavesAndIsCountedOnByANewLeaderFollowsItAndIsNotProposedBackAfterwards() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(3, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            leave(cluster);
            cluster.elect(1, 1, 2, 3);
            AtomicReference<@Nullable Outcome<Appended>> written = cluster.produce(1, "counted on", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            assertThat(written.get()).isInstanceOf(Outcome.Ok.class);
            dismiss(cluster, 1, 2);
            cluster.time.advance(SECOND / 10);
            assertThat(cluster.state.isr()).containsExactly(1, 2);
        }
    }

    private static void leave(ReplicationCluster cluster) {
        CompletionStage<Void> told = cluster.broker(3).host.leave();
        cluster.time.advance(SECOND / 100);
        assertThat(told.toCompletableFuture()).isCompleted();
    }

    /** As the controller does where a broker is about to stop that leads nothing. */
    private static void dismiss(ReplicationCluster cluster, Integer... isr) {
        cluster.state = PartitionStates.of(
                cluster.state.leader(),
                cluster.state.leaderBrokerEpoch(),
                cluster.state.leaderEpoch(),
                cluster.state.partitionEpoch() + 1,
                List.of(isr),
                cluster.state.replicas());
        cluster.publish();
    }
}
