package io.millrace.broker.replication;

import static io.millrace.broker.replication.ReplicationCluster.SECOND;
import static io.millrace.broker.replication.ReplicationCluster.ok;
import static io.millrace.broker.replication.ReplicationCluster.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.record.Codec;
import io.millrace.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that are sent again, to the same leader and to the next (R38). */
class IdempotentProduceTest {

    @TempDir
    Path directory;

    @Test
    void r38ABatchThatIsSentAgainToTheNextLeaderIsStoredOnceAndGetsItsFirstOffset() throws Exception {
        try (ReplicationCluster cluster = cluster(Safeguards.ALL)) {
            assertThat(sendAgainToTheNextLeader(cluster)).isEqualTo(1);
            assertThat(cluster.broker(2).logEndOffset()).isEqualTo(2);
        }
    }

    @Test
    void r38WithoutTheLookItIsStoredTwice() throws Exception {
        try (ReplicationCluster cluster = cluster(Safeguards.without(Safeguard.R38_DUPLICATES_ARE_FOUND))) {
            assertThat(sendAgainToTheNextLeader(cluster)).isEqualTo(2);
            assertThat(cluster.broker(2).logEndOffset()).isEqualTo(3);
        }
    }

    /** The answer is lost with the first leader; returns what the second one answers. */
    private static long sendAgainToTheNextLeader(ReplicationCluster cluster) throws Exception {
        cluster.elect(1, 1, 2, 3);
        cluster.produce(1, batch(0, "first"), Acks.ALL);
        cluster.time.advance(SECOND / 10);
        cluster.produce(1, batch(1, "second"), Acks.ALL);
        cluster.time.advance(SECOND / 10);
        cluster.stop(1);
        cluster.elect(2, 2, 3);
        cluster.time.advance(SECOND / 10);

        var again = cluster.produce(2, batch(1, "second"), Acks.ALL);
        cluster.time.advance(SECOND / 10);
        return ok(again).baseOffset();
    }

    @Test
    void aBatchThatIsSentAgainBeforeItIsCommittedIsAnsweredOnlyWhenItIs() throws Exception {
        try (ReplicationCluster cluster = cluster(Safeguards.ALL)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            cluster.network.cut("broker-3");
            var first = cluster.produce(1, batch(0, "a"), Acks.ALL);
            var behind = cluster.produce(1, batch(1, "b"), Acks.ALL);
            var again = cluster.produce(1, batch(0, "a"), Acks.ALL);
            cluster.time.advance(SECOND / 10);
            assertThat(again.get()).isNull();

            cluster.time.await("broker 3 leaves the in-sync set", 2 * SECOND, () -> again.get() != null);
            assertThat(ok(first).baseOffset()).isEqualTo(0);
            assertThat(ok(again).baseOffset()).isEqualTo(0);
            assertThat(ok(again).stage()).isEqualTo(Appended.Stage.COMMITTED);
            assertThat(ok(behind).baseOffset()).isEqualTo(1);
            assertThat(cluster.broker(1).logEndOffset()).isEqualTo(2);
        }
    }

    @Test
    void aRepetitionThatNeverCommitsTimesOutLikeItsOriginal() throws Exception {
        try (ReplicationCluster cluster = cluster(Safeguards.ALL)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            cluster.network.cut("broker-2");
            cluster.network.cut("broker-3");
            cluster.produce(1, batch(0, "a"), Acks.ALL);
            var again = cluster.produce(1, batch(0, "a"), Acks.ALL);
            cluster.time.advance(3 * SECOND);
            assertThat(reason(again)).isEqualTo(ErrorReason.COMMIT_TIMEOUT);
            assertThat(cluster.broker(1).logEndOffset()).isEqualTo(1);
        }
    }

    @Test
    void withAcksLeaderARepetitionIsAnsweredAsSoonAsTheLeaderHasIt() throws Exception {
        try (ReplicationCluster cluster = cluster(Safeguards.ALL)) {
            cluster.elect(1, 1, 2, 3);
            cluster.produce(1, batch(0, "a"), Acks.LEADER);
            cluster.time.advance(SECOND / 10);
            var again = cluster.produce(1, batch(0, "a"), Acks.LEADER);
            cluster.time.settle();
            assertThat(ok(again).baseOffset()).isEqualTo(0);
            assertThat(ok(again).stage()).isEqualTo(Appended.Stage.APPENDED);
        }
    }

    @Test
    void aGapIsRefusedAndNothingIsAppended() throws Exception {
        try (ReplicationCluster cluster = cluster(Safeguards.ALL)) {
            cluster.elect(1, 1, 2, 3);
            cluster.produce(1, batch(0, "a"), Acks.ALL);
            var gap = cluster.produce(1, batch(2, "c"), Acks.ALL);
            cluster.time.advance(SECOND / 10);
            assertThat(reason(gap)).isEqualTo(ErrorReason.OUT_OF_ORDER_SEQUENCE);
            assertThat(refused(gap).leader()).isEqualTo(new Refusal.LeaderHint(1, 0));
            assertThat(cluster.broker(1).logEndOffset()).isEqualTo(1);
        }
    }

    private ReplicationCluster cluster(Safeguards safeguards) throws Exception {
        return new ReplicationCluster(directory, Durability.FSYNC, 2, safeguards);
    }

    private static ByteBuffer batch(int sequence, String value) {
        return new RecordBatchBuilder(Codec.NONE)
                .append(1_700_000_000_000L, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)), List.of())
                .producer(7, (short) 0, sequence)
                .build();
    }

    private static ErrorReason reason(AtomicReference<@Nullable Outcome<Appended>> answer) {
        return refused(answer).reason();
    }
}
