package io.millrace.broker.log;

import static io.millrace.broker.log.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.memory.CrashableDisk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogInspectorTest {
    private static final TopicPartition PARTITION = new TopicPartition(TestBatches.TOPIC_ID, 0);

    private final CrashableDisk disk = new CrashableDisk();
    private final LogInspector inspector = new LogInspector(disk);

    @Test
    void itSeesWhatAnOpenLogHoldsAndChangesNothing() throws Exception {
        PartitionLog log = fill();
        Set<String> paths = disk.paths();
        List<String> batches = new ArrayList<>();

        LogSummary summary = inspector.inspect(
                PARTITION,
                seen -> batches.add(
                        seen.file() + "@" + seen.position() + ":" + seen.batch().baseOffset() + seen.isCrcValid()));

        assertThat(inspector.partitions()).containsExactly(PARTITION);
        assertThat(summary.digest()).isEqualTo(log.digest(Long.MAX_VALUE));
        assertThat(summary.defect()).isEmpty();
        assertThat(summary.batches()).isEqualTo(30);
        assertThat(summary.records()).isEqualTo(60);
        assertThat(summary.lastEpoch()).isEqualTo(2);
        assertThat(batches).hasSize(30).startsWith(LogDirectory.logName(0) + "@0:0true");
        assertThat(disk.paths()).isEqualTo(paths);
    }

    @Test
    void itReportsTheFirstDefectWithItsPlaceAndReadsUpToThere() throws Exception {
        PartitionLog log = fill();
        int size = batch(2).remaining();
        long damagedBase = 2;
        byte[] bytes = disk.bytes(TestLogs.logPath(0));
        bytes[size + 70] ^= 1;
        disk.put(TestLogs.logPath(0), bytes);
        List<Boolean> crcs = new ArrayList<>();

        LogSummary summary = inspector.inspect(PARTITION, seen -> crcs.add(seen.isCrcValid()));

        assertThat(summary.defect())
                .contains(new LogDefect(LogDirectory.logName(0), size, damagedBase, "CRC mismatch"));
        assertThat(crcs).containsExactly(true, false);
        assertThat(summary.digest().endOffset()).isEqualTo(damagedBase);
        assertThat(log.isFailed()).isFalse();
    }

    @Test
    void itReportsATornTailAMissingSegmentAndAFallingEpoch() throws Exception {
        PartitionLog log = fill();
        long secondBase = disk.paths().stream()
                .filter(path -> path.endsWith(".log"))
                .skip(1)
                .mapToLong(path -> Long.parseLong(path.substring(path.length() - 24, path.length() - 4)))
                .findFirst()
                .orElseThrow();
        byte[] last = disk.bytes(TestLogs.logPath(0));

        disk.put(TestLogs.logPath(0), Arrays.copyOf(last, last.length - 1));
        assertThat(inspector.inspect(PARTITION, seen -> {}).defect())
                .get()
                .extracting(LogDefect::what)
                .isEqualTo("the file ends within a batch");

        disk.put(TestLogs.logPath(0), last);
        disk.delete(TestLogs.logPath(secondBase));
        assertThat(inspector.inspect(PARTITION, seen -> {}).defect())
                .get()
                .extracting(LogDefect::offset)
                .isEqualTo(secondBase);

        disk.put(
                TestLogs.logPath(secondBase),
                TestBatches.stamped(batch(1), secondBase, 0).array());
        last[15] = 1;
        disk.put(TestLogs.logPath(0), last);
        assertThat(inspector.inspect(PARTITION, seen -> {}).defect())
                .get()
                .extracting(LogDefect::offset)
                .isEqualTo(2L);
        assertThat(log.isFailed()).isFalse();
    }

    private PartitionLog fill() throws LogFailedException {
        PartitionLog log = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
        for (int i = 0; i < 30; i++) {
            log.appendAsLeader(batch(2), i / 10);
        }
        return log;
    }
}
