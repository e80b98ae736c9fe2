package io.millrace.broker.log;

import static io.millrace.broker.log.TestBatches.batch;
import static io.millrace.broker.log.TestBatches.producedBy;
import static io.millrace.broker.log.TestBatches.stamped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.core.partition.ProducedBatch;
import io.millrace.broker.core.partition.SequenceVerdict;
import io.millrace.broker.log.memory.CrashableDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a log knows of its producers. {@link LogCrashTest} compares it with the batches over random histories. */
class LogProducersTest {
    private static final long ID = 7;

    private CrashableDisk disk;
    private PartitionLog log;
    private int sequence;

    @BeforeEach
    void openEmptyLog() {
        disk = new CrashableDisk();
        log = TestLogs.open(disk);
    }

    @Test
    void aLeadersOwnAppendsAreKnownAndBatchesWithoutAProducerAreNot() throws Exception {
        append(2);
        log.appendAsLeader(batch(1), 0);
        append(1);
        assertThat(log.producers().remembered())
                .containsExactly(new ProducedBatch(ID, (short) 0, 0, 2, 0), new ProducedBatch(ID, (short) 0, 2, 1, 3));
        assertThat(log.sequenceVerdict(batch(1))).isEqualTo(new SequenceVerdict.Append());
    }

    @Test
    void whatAFollowerWasSentIsKnownToItWhenItLeads() throws Exception {
        log.appendAsFollower(stamped(producedBy(batch(2), ID, 0, 0), 0, 3), 3);
        assertThat(log.sequenceVerdict(producedBy(batch(2), ID, 0, 0)))
                .isEqualTo(new SequenceVerdict.Duplicate(new ProducedBatch(ID, (short) 0, 0, 2, 0)));
    }

    @Test
    void anAppendThatFailsTeachesNothing() throws Exception {
        append(1);
        disk.failWritesAfter(10);
        ByteBuffer next = producedBy(batch(1), ID, 0, sequence);
        assertThatThrownBy(() -> log.appendAsLeader(next, 0)).isInstanceOf(LogFailedException.class);
        assertThat(log.producers().remembered()).hasSize(1);
    }

    @Test
    void afterACleanCloseTheSnapshotSavesReadingAnyBatch() throws Exception {
        append(1);
        append(1);
        log.close();
        ByteBuffer other = ProducerFile.encode(2, List.of(new ProducedBatch(99, (short) 0, 0, 1, 0)));
        byte[] bytes = new byte[other.remaining()];
        other.get(bytes);
        disk.put(snapshot(2), bytes);

        assertThat(TestLogs.open(disk).producers().remembered())
                .extracting(ProducedBatch::producerId)
                .containsExactly(99L);
    }

    @Test
    void aSnapshotWithAnyBitFlippedIsIgnored() throws Exception {
        append(1);
        append(1);
        log.close();
        byte[] intact = disk.bytes(snapshot(2));
        for (int bit = 0; bit < 8 * intact.length; bit++) {
            byte[] damaged = intact.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            openWith(damaged, "bit " + bit);
        }
        for (int size = 0; size < intact.length; size++) {
            openWith(Arrays.copyOf(intact, size), "cut at " + size);
        }
    }

    private void openWith(byte[] damaged, String what) {
        CrashableDisk copy = disk.afterKill();
        copy.put(snapshot(2), damaged);
        PartitionLog opened = TestLogs.open(copy);
        assertThat(opened.failure()).as(what).isEmpty();
        assertThat(opened.producers().remembered()).as(what).hasSize(2);
    }

    @Test
    void aSnapshotStaysForEachSegmentAndForTheNewestEnd() throws Exception {
        log = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
        for (int i = 0; i < 12; i++) {
            append(1);
        }
        log.close();
        log = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
        append(1);
        log.close();
        List<Long> segments = offsets(".log");
        assertThat(segments).hasSizeGreaterThan(2);
        assertThat(offsets(ProducerFile.SUFFIX))
                .hasSize(segments.size())
                .contains(13L)
                .containsAll(segments.subList(1, segments.size()));
    }

    @Test
    void aCutBelowASnapshotTakesItAwayAndGoesBackToWhatIsLeft() throws Exception {
        append(1);
        append(1);
        log.close();
        log = TestLogs.open(disk);
        log.truncateTo(1);
        assertThat(log.producers().remembered()).containsExactly(new ProducedBatch(ID, (short) 0, 0, 1, 0));
        assertThat(offsets(ProducerFile.SUFFIX)).isEmpty();
        log.appendAsLeader(producedBy(batch(1), 8, 0, 0), 1);
        log.sync();

        PartitionLog again = TestLogs.open(disk.afterKill());
        assertThat(again.producers().remembered())
                .extracting(ProducedBatch::producerId)
                .containsExactly(ID, 8L);
    }

    @Test
    void aLongSegmentIsNotReadFromItsBeginning() throws Exception {
        log = TestLogs.open(disk, TestLogs.config(64 << 20));
        for (int i = 0; i < 40; i++) {
            log.appendAsLeader(producedBy(batch(1, 1_000_000, 1), ID, 0, i), 0);
        }
        assertThat(offsets(ProducerFile.SUFFIX)).isEmpty();
        log.sync();
        assertThat(offsets(ProducerFile.SUFFIX)).containsExactly(34L);

        PartitionLog again = TestLogs.open(disk.afterKill(), TestLogs.config(64 << 20));
        assertThat(again.producers().remembered()).isEqualTo(log.producers().remembered());
    }

    private void append(int records) throws LogFailedException {
        log.appendAsLeader(producedBy(batch(records), ID, 0, sequence), 0);
        sequence += records;
    }

    private List<Long> offsets(String suffix) throws IOException {
        return disk.list(TestBatches.DIRECTORY).stream()
                .filter(name -> name.endsWith(suffix))
                .map(name -> Long.valueOf(name.substring(0, name.indexOf('.'))))
                .toList();
    }

    private static String snapshot(long endOffset) {
        return TestLogs.logPath(endOffset).replace(".log", ProducerFile.SUFFIX);
    }
}
