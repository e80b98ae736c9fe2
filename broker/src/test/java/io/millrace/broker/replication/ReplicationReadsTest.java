package io.millrace.broker.replication;

import static io.millrace.broker.replication.ReplicationCluster.PARTITION;
import static io.millrace.broker.replication.ReplicationCluster.SECOND;
import static io.millrace.broker.replication.ReplicationCluster.ok;
import static io.millrace.broker.replication.ReplicationCluster.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.broker.replication.PartitionServer.FoundOffset;
import io.millrace.broker.replication.PartitionServer.Position;
import io.millrace.record.BatchSplitter;
import io.millrace.record.RecordBatch;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those who read from three hosts are given, on one thread and virtual time. */
class ReplicationReadsTest {

    @TempDir
    Path directory;

    @Test
    void consumersReadUpToTheHighWatermarkAndNoFurther() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.produce(1, "committed", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            cluster.network.cut("broker-2");
            cluster.network.cut("broker-3");
            cluster.produce(1, "not committed", Acks.ALL);
            var first = cluster.fetch(1, 0, 1, 0);
            var second = cluster.fetch(1, 1, 1, SECOND / 10);
            cluster.time.advance(SECOND / 2);
            Fetched fetched = ok(first);
            assertThat(fetched.nextOffset()).isEqualTo(1);
            assertThat(fetched.highWatermark()).isEqualTo(1);
            List<RecordBatch> batches = BatchSplitter.split(fetched.batches());
            assertThat(batches).hasSize(1);
            Fetched nothing = ok(second);
            assertThat(nothing.batches().remaining()).isZero();
            assertThat(nothing.nextOffset()).isEqualTo(1);
        }
    }

    @Test
    void aWaitingFetchIsAnsweredAsSoonAsARecordIsCommitted() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            var waiting = cluster.fetch(1, 0, 1, 60 * SECOND);
            cluster.time.advance(SECOND);
            assertThat(waiting.get()).isNull();
            cluster.produce(1, "here", Acks.NONE);
            cluster.time.await("answered", SECOND / 10, () -> waiting.get() != null);
            assertThat(ok(waiting).nextOffset()).isEqualTo(1);
        }
    }

    @Test
    void offsetsOutsideTheLogAreRefusedWithWhatThereIs() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.produce(1, "one", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            var beyond = cluster.fetch(1, 2, 1, 60 * SECOND);
            var below = cluster.fetch(1, -1, 1, 60 * SECOND);
            cluster.time.settle();
            assertThat(refused(beyond).reason()).isEqualTo(ErrorReason.OFFSET_OUT_OF_RANGE);
            assertThat(refused(beyond).offsets()).isEqualTo(new Refusal.OffsetRange(0, 1));
            assertThat(refused(below).reason()).isEqualTo(ErrorReason.OFFSET_OUT_OF_RANGE);
        }
    }

    @Test
    void theLatestOffsetWaitsUntilANewLeaderHasProvenIt() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            for (int i = 0; i < 5; i++) {
                cluster.produce(1, "r" + i, Acks.ALL);
            }
            cluster.time.advance(SECOND / 10);
            for (int id = 1; id <= 3; id++) {
                cluster.stop(id);
            }
            cluster.start(2);
            cluster.elect(2, 2);
            AtomicReference<@Nullable Outcome<FoundOffset>> latest = new AtomicReference<>();
            cluster.broker(2).host.offsetFor(PARTITION, Position.LATEST, latest::set);
            cluster.time.advance(SECOND);
            assertThat(latest.get()).isNull();
            cluster.start(3);
            cluster.time.await("3 is in sync", 5 * SECOND, () -> latest.get() != null);
            assertThat(ok(latest).offset()).isEqualTo(5);
        }
    }

    @Test
    void theLatestOffsetIsRefusedRatherThanAwaitedForEver() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.produce(1, "one", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            for (int id = 1; id <= 3; id++) {
                cluster.stop(id);
            }
            cluster.start(2);
            cluster.elect(2, 2);
            AtomicReference<@Nullable Outcome<FoundOffset>> latest = new AtomicReference<>();
            cluster.broker(2).host.offsetFor(PARTITION, Position.LATEST, latest::set);
            cluster.time.advance(10 * SECOND);
            assertThat(refused(latest).reason()).isEqualTo(ErrorReason.LEADER_NOT_AVAILABLE);
        }
    }

    /** The read is on its way to the disk when another record is committed. */
    @Test
    void r15RecordsAndHighWatermarkOfAReadBelongTogether() throws Exception {
        Fetched whole = readWhileTheHighWatermarkMoves(Safeguards.ALL);
        assertThat(whole.nextOffset()).isEqualTo(1).isEqualTo(whole.highWatermark());

        Fetched torn = readWhileTheHighWatermarkMoves(Safeguards.without(Safeguard.R15_ONE_VIEW_FOR_A_READ));
        assertThat(torn.nextOffset())
                .as("a record above the high watermark that it comes with")
                .isGreaterThan(torn.highWatermark());
    }

    private Fetched readWhileTheHighWatermarkMoves(Safeguards safeguards) throws Exception {
        Path where = directory.resolve("read " + safeguards);
        try (ReplicationCluster cluster = new ReplicationCluster(where, Durability.FSYNC, 2, safeguards)) {
            cluster.elect(1, 1, 2, 3);
            cluster.produce(1, "one", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            ReplicationCluster.Broker leader = cluster.broker(1);
            leader.log().dropTail();
            leader.reads.hold();
            AtomicReference<@Nullable Outcome<Fetched>> answer = new AtomicReference<>();
            leader.host.fetch(PARTITION, 0, 1, 1 << 20, 0, answer::set);
            cluster.produce(1, "two", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            leader.reads.release();
            cluster.time.advance(SECOND / 10);
            return ok(answer);
        }
    }
}
