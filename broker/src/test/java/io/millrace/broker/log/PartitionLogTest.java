package io.millrace.broker.log;

import static io.millrace.broker.log.TestBatches.batch;
import static io.millrace.broker.log.TestBatches.bytesOf;
import static io.millrace.broker.log.TestBatches.concat;
import static io.millrace.broker.log.TestBatches.readAll;
import static io.millrace.broker.log.TestBatches.stamped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.InvariantViolation;
import io.millrace.broker.log.memory.CrashableDisk;
import io.millrace.record.BatchLayout;
import io.millrace.record.CorruptBatchException;
import io.millrace.record.RecordBatch;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionLogTest {
    @TempDir
    Path directory;

    private FileDisk disk;
    private PartitionLog log;

    @BeforeEach
    void openEmptyLog() {
        disk = new FileDisk(directory);
        log = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
    }

    @Test
    void aLeaderStampsOffsetsAndEpoch() throws Exception {
        AppendInfo first = log.appendAsLeader(batch(3), 5);
        AppendInfo second = log.appendAsLeader(batch(2), 7);

        assertThat(first.baseOffset()).isEqualTo(0);
        assertThat(second).isEqualTo(new AppendInfo(3, 5, batch(2).remaining()));
        assertThat(readAll(log)).extracting(RecordBatch::baseOffset).containsExactly(0L, 3L);
        assertThat(readAll(log)).extracting(RecordBatch::partitionLeaderEpoch).containsExactly(5, 7);
        assertThat(log.logEndOffset()).isEqualTo(5);
    }

    @Test
    void theTailHasWhatTheFileHasUntilItIsDropped() throws Exception {
        for (int i = 0; i < 20; i++) {
            log.appendAsLeader(batch(1 + i % 4, 10 + i, 1000 + i), i / 10);
        }
        for (long offset = 0; offset < log.logEndOffset(); offset++) {
            LogSlice fromFile = log.read(offset, log.logEndOffset(), 1);
            assertThat(log.readTail(offset, log.logEndOffset(), 1)).contains(fromFile);
        }
        assertThat(log.readTail(0, 1, 1000)).as("within a batch").contains(log.read(0, 1, 1000));
        assertThat(log.readTail(log.logEndOffset(), Long.MAX_VALUE, 1)).isEmpty();

        log.dropTail();
        assertThat(log.readTail(0, log.logEndOffset(), 1)).isEmpty();
    }

    @Test
    void whatWasCutIsNotReadFromTheTail() throws Exception {
        log.appendAsLeader(batch(2), 0);
        log.appendAsLeader(batch(2), 0);
        log.truncateTo(2);
        assertThat(log.readTail(2, 4, 1000)).isEmpty();
        assertThat(log.readTail(0, 2, 1000)).as("all of it is gone").isEmpty();

        log.appendAsLeader(batch(3), 1);
        log.resetTo(10);
        assertThat(log.readTail(2, 5, 1000)).isEmpty();
    }

    @Test
    void aFollowersAppendIsNotKeptInMemory() throws Exception {
        log.appendAsFollower(stamped(batch(2), 0, 0), 0);
        assertThat(log.readTail(0, 2, 1000)).isEmpty();
    }

    @Test
    void onlyTheBatchesPositionToLimitIsAppended() throws Exception {
        ByteBuffer framed = ByteBuffer.allocate(batch(1).remaining() + 20);
        framed.position(7).put(batch(1)).flip().position(7);

        log.appendAsLeader(framed, 0);
        log.appendAsLeader(batch(1), 0);

        assertThat(framed.position()).isEqualTo(7);
        assertThat(bytesOf(log))
                .isEqualTo(
                        concat(stamped(batch(1), 0, 0), stamped(batch(1), 1, 0)).array());
    }

    @Test
    void whatWasAppendedIsReadAcrossSegmentsAndAfterReopening() throws Exception {
        for (int i = 0; i < 40; i++) {
            log.appendAsLeader(batch(1 + i % 4, 10 + i, 1000 + i), i / 10);
        }
        byte[] before = bytesOf(log);
        EpochHistory epochs = log.epochs();
        long end = log.logEndOffset();
        log.close();

        PartitionLog reopened = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);

        assertThat(segmentFiles()).hasSizeGreaterThan(5);
        assertThat(bytesOf(reopened)).isEqualTo(before);
        assertThat(reopened.epochs()).isEqualTo(epochs);
        assertThat(reopened.logEndOffset()).isEqualTo(end);
        assertThat(reopened.durableEndOffset()).isEqualTo(end);
        reopened.appendAsLeader(batch(1), 4);
        assertThat(readAll(reopened)).hasSize(41);
    }

    @Test
    void segmentsKeepToTheirSizeUnlessOneBatchIsLarger() throws Exception {
        log.appendAsLeader(batch(1, 200, 0), 0);
        log.appendAsLeader(batch(1, 200, 0), 0);
        log.appendAsLeader(batch(1, 900, 0), 0);
        log.appendAsLeader(batch(1, 10, 0), 0);

        assertThat(segmentFiles())
                .containsExactly(
                        LogDirectory.logName(0),
                        LogDirectory.logName(1),
                        LogDirectory.logName(2),
                        LogDirectory.logName(3));
    }

    @Test
    void aReadBeginsWithTheBatchThatHoldsTheOffset() throws Exception {
        log.appendAsLeader(batch(3), 0);
        log.appendAsLeader(batch(3), 0);

        LogSlice slice = log.read(4, 6, 1);

        assertThat(slice.baseOffset()).isEqualTo(3);
        assertThat(slice.nextOffset()).isEqualTo(6);
        assertThat(slice.sizeInBytes()).isEqualTo(batch(3).remaining());
    }

    @Test
    void aReadReturnsAsManyWholeBatchesAsFitAndAtLeastOne() throws Exception {
        PartitionLog roomy = TestLogs.open(new CrashableDisk());
        int size = batch(2).remaining();
        for (int i = 0; i < 5; i++) {
            roomy.appendAsLeader(batch(2), 0);
        }

        assertThat(roomy.read(0, 10, 0).nextOffset()).isEqualTo(2);
        assertThat(roomy.read(0, 10, 2 * size - 1).nextOffset()).isEqualTo(2);
        assertThat(roomy.read(0, 10, 2 * size).nextOffset()).isEqualTo(4);
        assertThat(roomy.read(2, 10, 1 << 20).nextOffset()).isEqualTo(10);
    }

    @Test
    void nothingAtOrBeyondTheEndThatWasAskedForIsRead() throws Exception {
        log.appendAsLeader(batch(2), 0);
        log.appendAsLeader(batch(2), 0);

        assertThat(log.read(0, 2, 1 << 20).nextOffset()).isEqualTo(2);
        assertThat(log.read(0, 3, 1 << 20).nextOffset()).isEqualTo(2);
        assertThat(log.read(2, 3, 1 << 20).isEmpty()).isTrue();
        assertThat(log.read(2, 2, 1 << 20).isEmpty()).isTrue();
        assertThat(log.read(0, 1000, 1 << 20).nextOffset()).isEqualTo(4);
        assertThat(log.read(4, 1000, 1 << 20))
                .extracting(LogSlice::baseOffset, LogSlice::nextOffset)
                .containsExactly(4L, 4L);
    }

    @Test
    void offsetsOutsideTheLogAreRefusedWithItsBounds() throws Exception {
        log.resetTo(10);
        log.appendAsLeader(batch(2), 0);

        for (long outside : new long[] {-1, 9, 13}) {
            assertThatExceptionOfType(OffsetOutOfLogException.class)
                    .isThrownBy(() -> log.read(outside, 100, 100))
                    .satisfies(refused -> {
                        assertThat(refused.logStartOffset()).isEqualTo(10);
                        assertThat(refused.logEndOffset()).isEqualTo(12);
                    });
        }
        assertThat(log.isFailed()).isFalse();
    }

    @Test
    void aFollowerTakesBatchesAsTheLeaderStampedThem() throws Exception {
        ByteBuffer sent = concat(stamped(batch(2), 0, 3), stamped(batch(1, 300, 0), 2, 3), stamped(batch(4), 3, 6));

        AppendInfo info = log.appendAsFollower(sent, 6);

        assertThat(info).isEqualTo(new AppendInfo(0, 7, sent.remaining()));
        assertThat(ByteBuffer.wrap(bytesOf(log))).isEqualTo(sent);
        assertThat(segmentFiles()).hasSize(3);
        assertThat(log.epochs().toString()).isEqualTo("[3@0 6@3 end@7]");
    }

    @Test
    void aFollowerTakesAllBatchesOrNone() throws Exception {
        log.appendAsFollower(stamped(batch(2), 0, 3), 3);
        ByteBuffer good = stamped(batch(2), 2, 3);
        List<ByteBuffer> bad = List.of(
                stamped(batch(2), 5, 3),
                stamped(batch(2), 3, 3),
                stamped(batch(2), 4, 2),
                stamped(batch(2), 4, 9),
                flipped(stamped(batch(2), 4, 3), 70),
                batch(2).slice(0, 65),
                batch(2).slice(0, 10),
                ByteBuffer.allocate(80));

        for (ByteBuffer last : bad) {
            assertThatExceptionOfType(CorruptBatchException.class)
                    .isThrownBy(() -> log.appendAsFollower(concat(good, last), 5));
            assertThat(log.logEndOffset()).isEqualTo(2);
        }
        assertThat(log.isFailed()).isFalse();
        assertThat(readAll(log)).hasSize(1);
        assertThat(log.appendAsFollower(good, 5).nextOffset()).isEqualTo(4);
    }

    @Test
    void aLeaderEpochThatFallsBreaksAnInvariant() throws Exception {
        log.appendAsLeader(batch(1), 4);

        assertThatExceptionOfType(InvariantViolation.class).isThrownBy(() -> log.appendAsLeader(batch(1), 3));
        assertThat(log.logEndOffset()).isEqualTo(1);
    }

    @Test
    void onlyASyncMakesTheLogDurable() throws Exception {
        log.appendAsLeader(batch(3), 0);
        assertThat(log.durableEndOffset()).isEqualTo(0);

        assertThat(log.sync()).isEqualTo(3);

        assertThat(log.durableEndOffset()).isEqualTo(3);
        assertThat(log.stableEndOffset()).isEqualTo(3);
        log.appendAsLeader(batch(1), 0);
        assertThat(log.stableEndOffset()).isEqualTo(3);
    }

    @Test
    void withReplicatedDurabilityThePageCacheIsStableEnough() throws Exception {
        PartitionLog replicated =
                TestLogs.open(new CrashableDisk(), new LogConfig(1000, 100, 1000, Durability.REPLICATED));
        replicated.appendAsLeader(batch(3), 0);

        assertThat(replicated.stableEndOffset()).isEqualTo(3);
        assertThat(replicated.durableEndOffset()).isEqualTo(0);
    }

    @Test
    void truncationCutsAtTheBatchBoundaryAtOrBelow() throws Exception {
        for (int i = 0; i < 20; i++) {
            log.appendAsLeader(batch(3), i / 4);
        }
        log.sync();

        assertThat(log.truncateTo(100)).isEqualTo(60);
        assertThat(log.truncateTo(60)).isEqualTo(60);
        assertThat(log.truncateTo(59)).isEqualTo(57);
        assertThat(log.truncateTo(31)).isEqualTo(30);

        assertThat(log.logEndOffset()).isEqualTo(30);
        assertThat(log.durableEndOffset()).isEqualTo(30);
        assertThat(log.epochs().toString()).isEqualTo("[0@0 1@12 2@24 end@30]");
        assertThat(readAll(log)).hasSize(10);
        log.appendAsLeader(batch(1), 9);
        log.close();
        PartitionLog reopened = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
        assertThat(readAll(reopened)).hasSize(11);
        assertThat(reopened.epochs().toString()).isEqualTo("[0@0 1@12 2@24 9@30 end@31]");
    }

    @Test
    void truncationToTheStartLeavesAnEmptyLogWithoutEpochs() throws Exception {
        log.appendAsLeader(batch(3), 2);
        log.appendAsLeader(batch(3), 2);

        log.truncateTo(2);

        assertThat(log.logEndOffset()).isEqualTo(0);
        assertThat(log.epochs().isEmpty()).isTrue();
        assertThat(log.epochs().lastEpoch()).isEqualTo(EpochHistory.NO_EPOCH);
        assertThat(log.offsetForTime(0, 100)).isEmpty();
    }

    @Test
    void aResetDropsEverythingAndBeginsElsewhere() throws Exception {
        for (int i = 0; i < 20; i++) {
            log.appendAsLeader(batch(3), 1);
        }

        log.resetTo(1000);

        assertThat(log.logStartOffset()).isEqualTo(1000);
        assertThat(log.durableEndOffset()).isEqualTo(1000);
        assertThat(segmentFiles()).containsExactly(LogDirectory.logName(1000));
        assertThat(log.epochs().isEmpty()).isTrue();
        log.appendAsFollower(stamped(batch(2), 1000, 7), 7);
        log.close();
        PartitionLog reopened = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
        assertThat(reopened.logStartOffset()).isEqualTo(1000);
        assertThat(reopened.logEndOffset()).isEqualTo(1002);
        assertThat(reopened.epochs().toString()).isEqualTo("[7@1000 end@1002]");
    }

    @Test
    void equalLogsHaveEqualDigestsAndOneByteMakesADifference() throws Exception {
        PartitionLog follower = TestLogs.open(new CrashableDisk());
        for (int i = 0; i < 20; i++) {
            log.appendAsLeader(batch(2, 10, i), 0);
        }
        follower.appendAsFollower(ByteBuffer.wrap(bytesOf(log)), 0);

        assertThat(log.digest(100)).isEqualTo(follower.digest(100));
        assertThat(log.digest(100).endOffset()).isEqualTo(40);
        assertThat(log.digest(11)).isEqualTo(follower.digest(10));
        follower.truncateTo(38);
        follower.appendAsLeader(batch(2, 10, 18), 0);
        assertThat(follower.digest(100).sha256()).isNotEqualTo(log.digest(100).sha256());
    }

    @Test
    void aSearchByTimeFindsTheFirstRecordThatIsNotOlder() throws Exception {
        log.appendAsLeader(batch(5, 10, 1000), 0);
        log.appendAsLeader(batch(5, 10, 5000), 1);
        log.appendAsLeader(batch(5, 10, 3000), 2);

        assertThat(log.offsetForTime(0, 15)).contains(new TimestampOffset(0, 1000, 0));
        assertThat(log.offsetForTime(1003, 15)).contains(new TimestampOffset(3, 1003, 0));
        assertThat(log.offsetForTime(1005, 15)).contains(new TimestampOffset(5, 5000, 1));
        assertThat(log.offsetForTime(3000, 15)).contains(new TimestampOffset(5, 5000, 1));
        assertThat(log.offsetForTime(5005, 15)).isEqualTo(Optional.empty());
        assertThat(log.offsetForTime(5000, 9)).isEqualTo(Optional.empty());
        assertThat(log.offsetForTime(5000, 10)).contains(new TimestampOffset(5, 5000, 1));
    }

    @Test
    void damageThatHappensWhileTheLogIsOpenIsNeverServed() throws Exception {
        log.appendAsLeader(batch(3), 0);
        log.sync();
        Path file = directory.resolve(TestLogs.logPath(0));
        byte[] bytes = Files.readAllBytes(file);
        bytes[BatchLayout.HEADER_BYTES + 5] ^= 4;
        Files.write(file, bytes);

        assertThatExceptionOfType(CorruptLogException.class)
                .isThrownBy(() -> log.read(0, 3, 100))
                .satisfies(corrupt -> assertThat(corrupt.offset()).isEqualTo(0));
        assertThat(log.isFailed()).isTrue();
        assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.appendAsLeader(batch(1), 0));
    }

    @Test
    void aClosedLogRefusesEverythingWithoutHavingFailed() throws Exception {
        log.appendAsLeader(batch(3), 0);
        log.close();

        assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.read(0, 3, 100));
        assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.appendAsLeader(batch(1), 0));
        assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.sync());
        assertThat(log.isFailed()).isFalse();
    }

    private List<String> segmentFiles() throws Exception {
        return disk.list(TestBatches.DIRECTORY).stream()
                .filter(name -> name.endsWith(".log"))
                .toList();
    }

    private static ByteBuffer flipped(ByteBuffer batch, int index) {
        return batch.put(index, (byte) (batch.get(index) ^ 1));
    }
}
