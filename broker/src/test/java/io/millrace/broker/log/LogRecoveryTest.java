package io.millrace.broker.log;

import static io.millrace.broker.log.TestBatches.batch;
import static io.millrace.broker.log.TestBatches.readAll;
import static io.millrace.broker.log.TestLogs.logPath;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.memory.CrashableDisk;
import io.millrace.record.RecordBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogRecoveryTest {
    private static final long SEED = 4711;

    private CrashableDisk disk;
    private PartitionLog log;

    @BeforeEach
    void openEmptyLog() {
        disk = new CrashableDisk();
        log = TestLogs.open(disk);
    }

    @Test
    void aLogThatIsCutAtAnyByteAboveTheDurablePointKeepsItsLongestWholePrefix() throws Exception {
        append(2);
        log.sync();
        append(4);
        byte[] bytes = disk.bytes(logPath(0));
        List<RecordBatch> batches = readAll(log);
        int durable = batches.get(0).sizeInBytes() + batches.get(1).sizeInBytes();

        for (int size = durable; size <= bytes.length; size++) {
            CrashableDisk cut = disk.afterKill();
            cut.put(logPath(0), Arrays.copyOf(bytes, size));

            PartitionLog recovered = TestLogs.open(cut);

            int whole = wholeBatches(batches, size);
            assertThat(recovered.failure()).as("cut at byte %s", size).isEmpty();
            assertThat(recovered.logEndOffset()).as("cut at byte %s", size).isEqualTo(endOf(batches, whole));
            assertThat(cut.bytes(logPath(0))).hasSize(bytesOf(batches, whole));
        }
    }

    /** Found by the simulator, seed 1055: the batch was made durable by the recovery, and its epoch was not. */
    @Test
    void whatARecoveryAfterAKillHasMadeDurableSurvivesAPowerCut() throws Exception {
        log.appendAsLeader(batch(1), 5);
        for (int seed = 0; seed < 50; seed++) {
            CrashableDisk killed = disk.afterKill();
            long durable = TestLogs.open(killed).durableEndOffset();

            PartitionLog recovered = TestLogs.open(killed.afterPowerCut(new Random(seed)));

            assertThat(recovered.failure()).as("seed %s", seed).isEmpty();
            assertThat(recovered.logEndOffset()).as("seed %s", seed).isEqualTo(durable);
            assertThat(recovered.epochs().lastEpoch()).as("seed %s", seed).isEqualTo(5);
        }
    }

    @Test
    void aLogThatIsCutAtAnyByteBelowTheDurablePointIsCorruptAndLeftAlone() throws Exception {
        append(3);
        log.sync();
        byte[] bytes = disk.bytes(logPath(0));

        for (int size = 0; size < bytes.length; size++) {
            CrashableDisk cut = disk.afterKill();
            cut.put(logPath(0), Arrays.copyOf(bytes, size));

            PartitionLog recovered = TestLogs.open(cut);

            assertThat(recovered.failure()).as("cut at byte %s", size).containsInstanceOf(CorruptLogException.class);
            assertThat(cut.bytes(logPath(0))).hasSize(size);
        }
    }

    @Test
    void everyBitFlippedBelowTheDurablePointIsFoundWhenTheLogIsOpened() throws Exception {
        append(4);
        log.sync();
        byte[] bytes = disk.bytes(logPath(0));

        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            CrashableDisk damaged = disk.afterKill();
            damaged.put(logPath(0), flipped(bytes, bit));

            PartitionLog recovered = TestLogs.open(damaged);

            assertThat(recovered.failure()).as("bit %s", bit).containsInstanceOf(CorruptLogException.class);
            assertThat(damaged.bytes(logPath(0))).hasSameSizeAs(bytes);
        }
    }

    @Test
    void everyBitFlippedInALogThatWasClosedIsFoundWhenItIsRead() throws Exception {
        append(6);
        log.close();
        byte[] bytes = disk.bytes(logPath(0));

        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            CrashableDisk damaged = disk.afterKill();
            damaged.put(logPath(0), flipped(bytes, bit));

            PartitionLog recovered = TestLogs.open(damaged);

            assertThat(isFoundByReading(recovered)).as("bit %s, read", bit).isTrue();
            assertThat(isFoundByDigest(TestLogs.open(damaged)))
                    .as("bit %s, digest", bit)
                    .isTrue();
        }
    }

    @Test
    void everyBitFlippedAboveTheDurablePointCutsTheLogThere() throws Exception {
        append(2);
        log.sync();
        append(3);
        byte[] bytes = disk.bytes(logPath(0));
        List<RecordBatch> batches = readAll(log);

        for (int bit = 8 * bytesOf(batches, 2); bit < 8 * bytes.length; bit++) {
            CrashableDisk damaged = disk.afterKill();
            damaged.put(logPath(0), flipped(bytes, bit));

            PartitionLog recovered = TestLogs.open(damaged);

            assertThat(recovered.failure()).as("bit %s", bit).isEmpty();
            int whole = wholeBatches(batches, bit / 8);
            assertThat(recovered.logEndOffset()).as("bit %s", bit).isEqualTo(endOf(batches, whole));
        }
    }

    @Test
    void zeroesAndGarbageBehindTheLastBatchAreCut() throws Exception {
        append(3);
        log.sync();
        byte[] bytes = disk.bytes(logPath(0));
        Random random = new Random(SEED);
        for (int length : new int[] {1, 11, 12, 16, 17, 60, 61, 62, 100, 4096, 300_000}) {
            byte[] garbage = new byte[length];
            random.nextBytes(garbage);
            byte[] startOfABatch = Arrays.copyOf(Arrays.copyOf(bytes, 61), length);
            for (byte[] tail : List.of(new byte[length], garbage, startOfABatch)) {
                CrashableDisk torn = disk.afterKill();
                torn.put(logPath(0), joined(bytes, tail));

                PartitionLog recovered = TestLogs.open(torn);

                assertThat(recovered.failure())
                        .as("seed %s, length %s", SEED, length)
                        .isEmpty();
                assertThat(torn.bytes(logPath(0))).isEqualTo(bytes);
                recovered.appendAsLeader(batch(1), 9);
                assertThat(readAll(recovered)).hasSize(4);
            }
        }
    }

    @Test
    void aWholeSyncedLogGoesOnAfterAKillWithEverythingDurable() throws Exception {
        append(3);
        log.sync();
        append(2);
        byte[] before = TestBatches.bytesOf(log);

        CrashableDisk after = disk.afterKill();
        PartitionLog recovered = TestLogs.open(after);

        assertThat(TestBatches.bytesOf(recovered)).isEqualTo(before);
        assertThat(recovered.durableEndOffset()).isEqualTo(log.logEndOffset());
        assertThat(after.syncs()).contains(logPath(0));
    }

    @Test
    void whatASyncMayHaveLostIsWrittenAgainBeforeItCountsAsDurable() throws Exception {
        append(2);
        log.sync();
        append(2);
        byte[] all = disk.bytes(logPath(0));
        CrashableDisk after = disk.afterKill();
        // The kernel calls pages clean that are not on the disk: only what is written again gets there.
        after.loseAllButDurable(logPath(0), bytesOf(readAll(log), 2));

        assertThat(TestLogs.open(after).failure()).isEmpty();

        assertThat(after.afterPowerCut(new Random(SEED)).bytes(logPath(0))).isEqualTo(all);
    }

    @Test
    void missingSegmentsBelowTheDurablePointAreCorruption() throws Exception {
        CrashableDisk segmented = new CrashableDisk();
        PartitionLog many = TestLogs.open(segmented, TestLogs.SMALL_SEGMENTS);
        for (int i = 0; i < 20; i++) {
            many.appendAsLeader(batch(3), 0);
        }
        many.close();
        List<String> logs =
                segmented.paths().stream().filter(path -> path.endsWith(".log")).toList();
        assertThat(logs).hasSizeGreaterThan(3);

        for (String missing : logs) {
            CrashableDisk damaged = segmented.afterKill();
            damaged.delete(missing);

            PartitionLog recovered = TestLogs.open(damaged, TestLogs.SMALL_SEGMENTS);

            assertThat(recovered.failure()).as(missing).containsInstanceOf(CorruptLogException.class);
        }
        CrashableDisk emptied = segmented.afterKill();
        logs.forEach(emptied::delete);
        assertThat(TestLogs.open(emptied).isFailed()).isTrue();
    }

    /**
     * Found by the simulator, seed 2000041 with 20,000 events: a log was deleted, and the power cut before that was on disk
     * brought some of it back. It was served as a log that begins later.
     */
    @Test
    void seed2000041_aLogWithoutItsFirstSegmentsIsCorruptAlsoWhereItsRecoveryPointIsGone() throws Exception {
        log = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
        append(20);
        log.sync();
        String epochs = TestBatches.DIRECTORY + "/" + EpochFile.NAME;
        for (List<String> gone : List.of(List.<String>of(), List.of(epochs))) {
            CrashableDisk headless = disk.afterKill();
            headless.delete(logPath(0));
            headless.delete(TestBatches.DIRECTORY + "/" + RecoveryPointFile.NAME);
            headless.delete("made/" + TestBatches.DIRECTORY);
            gone.forEach(headless::delete);

            assertThat(TestLogs.open(headless, TestLogs.SMALL_SEGMENTS).failure())
                    .hasValueSatisfying(failure -> assertThat(failure).hasMessageContaining("are missing"));
        }
    }

    @Test
    void theEpochsOnDiskAreThoseOfTheBatchesAndAreMadeAnewOnDoubt() throws Exception {
        append(6);
        String path = TestBatches.DIRECTORY + "/" + EpochFile.NAME;
        byte[] onDisk = disk.bytes(path);
        EpochHistory derived = EpochHistory.empty();
        for (RecordBatch batch : readAll(log)) {
            derived = batch.partitionLeaderEpoch() > derived.lastEpoch()
                    ? derived.plus(batch.partitionLeaderEpoch(), batch.baseOffset())
                    : derived;
        }
        assertThat(derived.size()).isGreaterThan(2);
        assertThat(EpochFile.encode(derived).array()).isEqualTo(onDisk);

        for (int bit = 0; bit < 8 * onDisk.length; bit++) {
            CrashableDisk damaged = disk.afterKill();
            damaged.put(path, flipped(onDisk, bit));
            assertThat(TestLogs.open(damaged).epochs()).as("bit %s", bit).isEqualTo(log.epochs());
            assertThat(damaged.bytes(path)).isEqualTo(onDisk);
        }
        CrashableDisk without = disk.afterKill();
        without.delete(path);
        assertThat(TestLogs.open(without).epochs()).isEqualTo(log.epochs());
        assertThat(without.bytes(path)).isEqualTo(onDisk);
    }

    @Test
    void oneDamagedSlotOfTheRecoveryPointLosesOneStepOnly() throws Exception {
        append(2);
        log.sync();
        append(1);
        log.sync();
        append(1);
        log.sync();
        String path = TestBatches.DIRECTORY + "/" + RecoveryPointFile.NAME;
        byte[] onDisk = disk.bytes(path);
        for (int bit = 0; bit < 8 * onDisk.length; bit++) {
            CrashableDisk damaged = disk.afterKill();
            damaged.put(path, flipped(onDisk, bit));
            damaged.put(logPath(0), Arrays.copyOf(disk.bytes(logPath(0)), bytesOf(readAll(log), 2)));

            assertThat(TestLogs.open(damaged).isFailed()).as("bit %s", bit).isTrue();
        }
    }

    /** Found by attack: an emptied or halved log passed for a whole one, was elected, and the good ones were cut to fit it. */
    @Test
    void aLogWhoseRecoveryPointIsMissingOrDamagedIsNotTakenForWhole() throws Exception {
        append(6);
        log.sync();
        String path = TestBatches.DIRECTORY + "/" + RecoveryPointFile.NAME;
        byte[] whole = disk.bytes(logPath(0));
        for (byte[] left : List.of(whole, Arrays.copyOf(whole, whole.length / 2), new byte[0])) {
            CrashableDisk missing = disk.afterKill();
            missing.put(logPath(0), left);
            missing.delete(path);
            CrashableDisk damaged = disk.afterKill();
            damaged.put(logPath(0), left);
            damaged.put(path, new byte[536]);

            for (CrashableDisk found : List.of(missing, damaged)) {
                // The second time there is a file again, made by the first look.
                for (int start = 0; start < 2; start++) {
                    assertThat(TestLogs.open(found).failure())
                            .hasValueSatisfying(failure -> assertThat(failure).hasMessageContaining(path));
                }
                assertThat(found.bytes(logPath(0))).isEqualTo(left);
            }
        }
    }

    @Test
    void whereNothingIsLeftOfALogANewOneBegins() throws Exception {
        append(2);
        log.sync();
        CrashableDisk emptied = disk.afterKill();
        emptied.paths().stream()
                .filter(path -> path.startsWith(TestBatches.DIRECTORY + "/"))
                .toList()
                .forEach(emptied::delete);

        PartitionLog begun = TestLogs.open(emptied);

        assertThat(begun.failure()).isEmpty();
        assertThat(begun.logEndOffset()).isZero();
        assertThat(TestLogs.open(emptied.afterKill()).failure()).isEmpty();
    }

    @Test
    void whatIsLeftOfALogThatAPowerCutMetWhileItWasMadeIsRecovered() {
        for (int seed = 0; seed < 200; seed++) {
            CrashableDisk making = new CrashableDisk();
            TestLogs.open(making);

            assertThat(TestLogs.open(making.afterPowerCut(new Random(seed))).failure())
                    .as("seed %s", seed)
                    .isEmpty();
        }
    }

    @Test
    void anIoErrorWhileRecoveringLeavesAFailedLogRatherThanNone() {
        CrashableDisk broken = new CrashableDisk();
        broken.failSyncsOf(EpochFile.NAME + WholeFile.TEMPORARY_SUFFIX);

        PartitionLog recovered = TestLogs.open(broken);

        assertThat(recovered.failure()).isPresent().get().isNotInstanceOf(CorruptLogException.class);
    }

    /** Batches of different sizes; the epoch rises with every other one. */
    private void append(int batches) throws LogFailedException {
        for (int i = 0; i < batches; i++) {
            long offset = log.logEndOffset();
            log.appendAsLeader(batch(1 + i % 3, 5 + i, 1000 + offset), (int) offset / 3);
        }
    }

    private static boolean isFoundByReading(PartitionLog damaged) throws OffsetOutOfLogException {
        try {
            readAll(damaged);
            return false;
        } catch (LogFailedException found) {
            return found instanceof CorruptLogException && damaged.isFailed();
        }
    }

    private static boolean isFoundByDigest(PartitionLog damaged) {
        try {
            damaged.digest(Long.MAX_VALUE);
            return false;
        } catch (LogFailedException found) {
            return found instanceof CorruptLogException && damaged.isFailed();
        }
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private static int wholeBatches(List<RecordBatch> batches, int size) {
        int whole = 0;
        while (whole < batches.size() && bytesOf(batches, whole + 1) <= size) {
            whole++;
        }
        return whole;
    }

    private static int bytesOf(List<RecordBatch> batches, int count) {
        return batches.stream().limit(count).mapToInt(RecordBatch::sizeInBytes).sum();
    }

    private static long endOf(List<RecordBatch> batches, int count) {
        return count == 0 ? 0 : batches.get(count - 1).nextOffset();
    }
}
