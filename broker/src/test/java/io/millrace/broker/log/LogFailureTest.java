package io.millrace.broker.log;

import static io.millrace.broker.log.TestBatches.batch;
import static io.millrace.broker.log.TestBatches.bytesOf;
import static io.millrace.broker.log.TestLogs.logPath;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.broker.log.memory.CrashableDisk;
import org.junit.jupiter.api.Test;

class LogFailureTest {
    private final CrashableDisk disk = new CrashableDisk();

    @Test
    void aFailedSyncFailsTheLogForGoodWithoutASecondTry() throws Exception {
        PartitionLog log = TestLogs.open(disk);
        log.appendAsLeader(batch(1), 0);
        log.sync();
        log.appendAsLeader(batch(1), 0);
        disk.failSyncsOf(logPath(0));

        assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::sync);
        int syncs = disk.syncs().size();
        disk.failSyncsOf("nothing");

        assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::sync);
        assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.appendAsLeader(batch(1), 0));
        assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.read(0, 2, 100));
        log.close();
        assertThat(disk.syncs()).hasSize(syncs);
        assertThat(log.durableEndOffset()).isEqualTo(1);
        assertThat(log.isFailed()).isTrue();
    }

    @Test
    void aShortWriteFailsTheLogAtOnceAndLeavesNothingForALaterAppendToFollow() throws Exception {
        PartitionLog log = TestLogs.open(disk);
        log.appendAsLeader(batch(2), 0);
        log.sync();
        byte[] whole = bytesOf(log);
        for (int written : new int[] {0, 1, 12, 40, 61, batch(2).remaining() - 1}) {
            CrashableDisk full = disk.afterKill();
            PartitionLog filled = TestLogs.open(full);
            full.failWritesAfter(written);

            assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> filled.appendAsLeader(batch(2), 0));
            full.healWrites();
            assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> filled.appendAsLeader(batch(2), 0));

            assertThat(filled.logEndOffset()).isEqualTo(2);
            assertThat(full.bytes(logPath(0))).hasSize(whole.length + written);
            PartitionLog restarted = TestLogs.open(full.afterKill());
            restarted.appendAsLeader(batch(1), 0);
            assertThat(TestBatches.readAll(restarted)).hasSize(2);
        }
    }

    @Test
    void aRollThatCannotSyncTheOldSegmentMakesNoNewOne() throws Exception {
        PartitionLog log = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
        log.appendAsLeader(batch(1, 300, 0), 0);
        disk.failSyncsOf(logPath(0));

        assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.appendAsLeader(batch(1, 300, 0), 0));

        assertThat(log.isFailed()).isTrue();
        assertThat(disk.paths()).doesNotContain(logPath(1));
        assertThat(log.durableEndOffset()).isEqualTo(0);
    }

    @Test
    void aRollSyncsTheOldSegmentAndItsDirectoryFirst() throws Exception {
        PartitionLog log = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
        log.appendAsLeader(batch(1, 300, 0), 0);

        log.appendAsLeader(batch(1, 300, 0), 0);

        assertThat(disk.syncs()).contains(logPath(0)).doesNotContain(logPath(1));
        assertThat(log.durableEndOffset()).isEqualTo(1);
        assertThat(log.logEndOffset()).isEqualTo(2);
    }

    @Test
    void aNewEpochIsOnDiskBeforeABatchOfItCountsAsDurable() throws Exception {
        String epochs = TestBatches.DIRECTORY + "/" + EpochFile.NAME;
        PartitionLog log = TestLogs.open(disk);
        log.appendAsLeader(batch(1), 3);
        log.appendAsLeader(batch(1), 3);
        int before = disk.syncs().size();

        log.sync();
        log.appendAsLeader(batch(1), 3);
        log.sync();

        assertThat(disk.syncs().subList(before, disk.syncs().size())).containsExactly(epochs, logPath(0), logPath(0));
    }
}
