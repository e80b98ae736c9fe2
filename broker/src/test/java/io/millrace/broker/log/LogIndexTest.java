package io.millrace.broker.log;

import static io.millrace.broker.log.TestBatches.batch;
import static io.millrace.broker.log.TestBatches.readAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.memory.CrashableDisk;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogIndexTest {
    private static final long SEED = 1848;
    private static final LogConfig CONFIG = TestLogs.config(3000);

    private final CrashableDisk disk = new CrashableDisk();
    private PartitionLog log;

    @BeforeEach
    void fillSeveralSegments() throws Exception {
        Random random = new Random(SEED);
        log = TestLogs.open(disk, CONFIG);
        for (int i = 0; i < 120; i++) {
            long timestampMs = 1000 + 10L * i + random.nextInt(100);
            log.appendAsLeader(batch(1 + random.nextInt(4), random.nextInt(60), timestampMs), i / 30);
        }
    }

    @Test
    void aRebuiltIndexEqualsTheOneOnDiskByteForByte() throws Exception {
        log.close();
        List<String> indexes = indexPaths();
        assertThat(indexes).hasSizeGreaterThan(3);

        for (String path : indexes) {
            byte[] onDisk = disk.bytes(path);
            assertThat(onDisk).as("an index with entries").hasSizeGreaterThan(48 + 3 * 20);
            CrashableDisk without = disk.afterKill();
            without.delete(path);
            assertThat(TestLogs.open(without, CONFIG).failure()).isEmpty();
            assertThat(without.bytes(path)).as(path).isEqualTo(onDisk);
        }
    }

    @Test
    void anIndexWithAnyFlippedBitIsReplacedAndMisleadsNobody() throws Exception {
        String digest = log.digest(Long.MAX_VALUE).sha256();
        log.close();
        for (String path :
                List.of(indexPaths().get(1), indexPaths().get(indexPaths().size() - 1))) {
            byte[] onDisk = disk.bytes(path);
            for (int bit = 0; bit < 8 * onDisk.length; bit += 7) {
                CrashableDisk damaged = disk.afterKill();
                byte[] flipped = onDisk.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                damaged.put(path, flipped);

                PartitionLog recovered = TestLogs.open(damaged, CONFIG);

                assertThat(readAll(recovered)).as("bit %s of %s", bit, path).hasSize(120);
                assertThat(recovered.digest(Long.MAX_VALUE).sha256()).isEqualTo(digest);
            }
        }
    }

    @Test
    void lookupsByOffsetEqualALinearScan() throws Exception {
        for (PartitionLog each : List.of(log, reopened(), killedAndReopened())) {
            List<RecordBatch> batches = readAll(each);
            for (RecordBatch batch : batches) {
                for (long offset = batch.baseOffset(); offset <= batch.lastOffset(); offset++) {
                    LogSlice slice = each.read(offset, each.logEndOffset(), 1);
                    assertThat(slice.baseOffset()).isEqualTo(batch.baseOffset());
                    assertThat(slice.batches()).isEqualTo(batch.buffer());
                }
            }
        }
    }

    @Test
    void lookupsByTimeEqualALinearScan() throws Exception {
        List<TimestampOffset> records = new ArrayList<>();
        for (RecordBatch batch : readAll(log)) {
            try (RecordReader reader = batch.records(1 << 20)) {
                while (reader.next()) {
                    records.add(new TimestampOffset(
                            reader.record().offset(), reader.record().timestampMs(), batch.partitionLeaderEpoch()));
                }
            }
        }
        for (PartitionLog each : List.of(log, reopened(), killedAndReopened())) {
            for (long timestampMs = 990; timestampMs < 2400; timestampMs += 7) {
                long wanted = timestampMs;
                Optional<TimestampOffset> expected =
                        records.stream().filter(r -> r.timestampMs() >= wanted).findFirst();
                assertThat(each.offsetForTime(wanted, each.logEndOffset()))
                        .as("seed %s, time %s", SEED, wanted)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void anIndexIsNotTrustedAgainAfterACutBelowItsEnd() throws Exception {
        CrashableDisk cutDisk = new CrashableDisk();
        PartitionLog cut = TestLogs.open(cutDisk);
        for (int i = 0; i < 50; i++) {
            cut.appendAsLeader(batch(2, 20, i), 0);
        }
        cut.close();
        cut = TestLogs.open(cutDisk);
        cut.truncateTo(10);
        for (int i = 0; i < 60; i++) {
            cut.appendAsLeader(batch(3, 35, i), 1);
        }
        cut.sync();

        PartitionLog killed = TestLogs.open(cutDisk.afterKill());

        assertThat(killed.failure()).isEmpty();
        for (long offset = 0; offset < killed.logEndOffset(); offset++) {
            assertThat(killed.read(offset, killed.logEndOffset(), 1).baseOffset())
                    .isBetween(offset - 2, offset);
        }
    }

    private PartitionLog reopened() throws Exception {
        CrashableDisk closed = disk.afterKill();
        TestLogs.open(closed, CONFIG).close();
        return TestLogs.open(closed, CONFIG);
    }

    private PartitionLog killedAndReopened() {
        return TestLogs.open(disk.afterKill(), CONFIG);
    }

    private List<String> indexPaths() {
        return disk.paths().stream()
                .filter(path -> path.endsWith(IndexFile.SUFFIX))
                .toList();
    }
}
