package io.millrace.broker.log;

import static io.millrace.broker.log.TestBatches.TOPIC_ID;
import static io.millrace.broker.log.TestBatches.batch;
import static io.millrace.broker.log.TestLogs.ONE_SEGMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.memory.CrashableDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private final CrashableDisk disk = new CrashableDisk();

    @TempDir
    Path directory;

    @Test
    void aNewDirectoryKeepsItsIdentity() throws Exception {
        try (DataDirectory data = open(disk)) {
            assertThat(data.clusterId()).isEmpty();
            data.assignCluster("a-cluster", 7);
        }
        for (int seed = 0; seed < 20; seed++) {
            try (DataDirectory data =
                    DataDirectory.open(disk.afterPowerCut(new Random(seed)), 7, () -> "another directory id")) {
                assertThat(data.directoryId()).as("seed %s", seed).isEqualTo("a directory id");
                assertThat(data.clusterId()).as("seed %s", seed).contains("a-cluster");
            }
        }
    }

    @Test
    void aDirectoryJoinsOneClusterOnly() throws Exception {
        try (DataDirectory data = open(disk)) {
            data.assignCluster("a-cluster", 7);
            data.assignCluster("a-cluster", 7);

            assertThatExceptionOfType(DataDirectoryException.class)
                    .isThrownBy(() -> data.assignCluster("b-cluster", 7))
                    .withMessageContaining("a-cluster");
            assertThat(data.clusterId()).contains("a-cluster");
        }
    }

    @Test
    void anotherBrokersDirectoryIsRefused() throws Exception {
        open(disk).close();

        assertRefused(() -> DataDirectory.open(disk, 8, () -> "id"), "belongs to broker 7, not to broker 8");
        open(disk).close();
    }

    @Test
    void aDirectoryIsUsedOnceAtATimeInThisProcess() throws Exception {
        FileDisk files = new FileDisk(directory);
        try (DataDirectory first = open(files)) {
            assertThat(first.directoryId()).isEqualTo("a directory id");
            assertRefused(() -> open(files), "locked by another process");
        }
        open(files).close();
    }

    @Test
    void aDirectoryThatAnotherProcessHoldsIsRefused() throws Exception {
        FileDisk files = new FileDisk(directory);
        open(files).close();
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(holder.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("locked");
            assertRefused(() -> open(files), "locked by another process");
        } finally {
            holder.getOutputStream().close();
            assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        open(files).close();
    }

    @Test
    void damagedOrNewerMetadataIsRefusedAndLeftAlone() throws Exception {
        open(disk).close();
        String good = new String(disk.bytes(DataDirectory.META_FILE), StandardCharsets.UTF_8);
        assertThat(good).startsWith("formatVersion=1\nbrokerId=7\ndirectoryId=a directory id\ncrc32c=");

        for (String bad : new String[] {"", "\n", good.replace("=7", "=9"), good.substring(0, good.length() - 3)}) {
            putMeta(bad);
            assertRefused(() -> open(disk), "broker.meta cannot be read");
            assertThat(new String(disk.bytes(DataDirectory.META_FILE), StandardCharsets.UTF_8))
                    .isEqualTo(bad);
        }
        putMeta(good.replace("formatVersion=1", "formatVersion=2"));
        assertRefused(() -> open(disk), "format version 2");
    }

    @Test
    void logsWithoutMetadataAreNobodys() throws Exception {
        try (DataDirectory data = open(disk)) {
            data.openLog(TOPIC_ID, 0, ONE_SEGMENT);
        }
        disk.delete(DataDirectory.META_FILE);

        assertRefused(() -> open(disk), "holds logs but no broker.meta");
    }

    @Test
    void aCleanShutdownIsToldOnceWithItsBrokerEpoch() throws Exception {
        try (DataDirectory data = open(disk)) {
            assertThat(data.wasCleanShutdown()).isFalse();
            data.openLog(TOPIC_ID, 0, ONE_SEGMENT).appendAsLeader(batch(3), 0);
            data.closeCleanly(42);
        }
        for (int seed = 0; seed < 20; seed++) {
            CrashableDisk stopped = disk.afterPowerCut(new Random(seed));
            try (DataDirectory data = open(stopped)) {
                assertThat(data.cleanShutdownEpoch()).as("seed %s", seed).hasValue(42);
                assertThat(data.openLog(TOPIC_ID, 0, ONE_SEGMENT).logEndOffset())
                        .isEqualTo(3);
            }
            try (DataDirectory data = open(stopped)) {
                assertThat(data.wasCleanShutdown()).isFalse();
            }
        }
    }

    @Test
    void theMarkerIsGoneForGoodBeforeAnyLogIsOpened() throws Exception {
        open(disk).closeCleanly(42);
        DataDirectory data = open(disk);
        for (int seed = 0; seed < 20; seed++) {
            try (DataDirectory crashed = open(disk.afterPowerCut(new Random(seed)))) {
                assertThat(crashed.wasCleanShutdown()).as("seed %s", seed).isFalse();
            }
        }
        data.close();
    }

    @Test
    void aMarkerThatCannotBeReadVouchesForNothing() throws Exception {
        open(disk).closeCleanly(42);
        byte[] marker = disk.bytes(DataDirectory.CLEAN_SHUTDOWN_FILE);
        for (int bit = 0; bit < 8 * marker.length; bit++) {
            CrashableDisk damaged = disk.afterKill();
            byte[] flipped = marker.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            damaged.put(DataDirectory.CLEAN_SHUTDOWN_FILE, flipped);
            try (DataDirectory data = open(damaged)) {
                assertThat(data.wasCleanShutdown()).as("bit %s", bit).isFalse();
            }
        }
    }

    @Test
    void noMarkerIsLeftIfALogHasFailed() throws Exception {
        DataDirectory data = open(disk);
        data.openLog(TOPIC_ID, 0, ONE_SEGMENT).appendAsLeader(batch(3), 0);
        disk.failSyncsOf(".log");

        assertRefused(() -> data.closeCleanly(42), "cannot be closed");

        disk.failSyncsOf("nothing");
        try (DataDirectory next = open(disk)) {
            assertThat(next.wasCleanShutdown()).isFalse();
        }
    }

    @Test
    void anOpenLogIsTheSameForEveryoneAndAFailedOneStaysSo() throws Exception {
        try (DataDirectory data = open(disk)) {
            PartitionLog log = data.openLog(TOPIC_ID, 0, ONE_SEGMENT);
            assertThat(data.openLog(TOPIC_ID, 0, ONE_SEGMENT)).isSameAs(log);
            log.close();
            PartitionLog again = data.openLog(TOPIC_ID, 0, ONE_SEGMENT);
            assertThat(again).isNotSameAs(log);
            again.appendAsLeader(batch(1), 0);
            disk.failSyncsOf(".log");
            assertThatExceptionOfType(LogFailedException.class).isThrownBy(again::sync);
            disk.failSyncsOf("nothing");
            again.close();

            assertThat(data.openLog(TOPIC_ID, 0, ONE_SEGMENT)).isSameAs(again);
        }
    }

    @Test
    void aDeletedLogIsGoneWhateverTheCrashAndItsNameIsFree() throws Exception {
        DataDirectory data = open(disk);
        PartitionLog log = data.openLog(TOPIC_ID, 0, ONE_SEGMENT);
        log.appendAsLeader(batch(3), 0);
        data.openLog(TOPIC_ID, 11, ONE_SEGMENT);

        data.deleteLog(TOPIC_ID, 0);

        assertThat(data.logs()).containsExactly(new TopicPartition(TOPIC_ID, 11));
        assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.read(0, 3, 100));
        assertThat(disk.paths()).noneMatch(path -> path.contains(TestBatches.DIRECTORY));
        assertThat(data.openLog(TOPIC_ID, 0, ONE_SEGMENT).logEndOffset()).isEqualTo(0);
        data.deleteLog(TOPIC_ID, 0);
        data.deleteLog(TOPIC_ID, 0);
    }

    /** N13: what a process was killed before it made was never counted on. */
    @Test
    void aLogIsGoneWhereItWasMadeAndIsNotThereAfterAnyCrash() throws Exception {
        DataDirectory data = open(disk);
        data.assignCluster("a-cluster", 7);
        data.openLog(TOPIC_ID, 0, ONE_SEGMENT);
        for (int seed = 0; seed < 20; seed++) {
            CrashableDisk left = disk.afterPowerCut(new Random(seed));
            try (DataDirectory found = open(left)) {
                assertThat(found.isLogGone(TOPIC_ID, 0, 7)).as("seed %s", seed).isFalse();
                assertThat(found.isLogGone(TOPIC_ID, 1, 7)).as("seed %s", seed).isFalse();
                assertThat(found.isLogGone(TOPIC_ID, 1, 6))
                        .as("an older directory's")
                        .isTrue();
                left.paths().stream()
                        .filter(path -> path.startsWith(TestBatches.DIRECTORY + "/"))
                        .forEach(left::delete);
                assertThat(found.isLogGone(TOPIC_ID, 0, 7)).as("seed %s", seed).isTrue();
            }
        }
    }

    @Test
    void ofADirectoryOfAnEarlierVersionNothingIsKnown() throws Exception {
        try (DataDirectory data = open(disk)) {
            assertThat(data.isLogGone(TOPIC_ID, 0, 7)).isTrue();
        }
    }

    @Test
    void anInterruptedDeletionIsFinishedAtTheNextStart() throws Exception {
        open(disk).close();
        disk.createDirectories(TestBatches.DIRECTORY + ".deleted");
        disk.put(TestBatches.DIRECTORY + ".deleted/" + LogDirectory.logName(0), new byte[10]);

        try (DataDirectory data = open(disk)) {
            assertThat(data.logs()).isEmpty();
        }
        assertThat(disk.paths()).noneMatch(path -> path.contains(TOPIC_ID));
    }

    @Test
    void onlyTopicIdsAndPartitionNumbersNameALog() throws Exception {
        try (DataDirectory data = open(disk)) {
            for (String topicId :
                    new String[] {"", "../../etc/passwd123456", TOPIC_ID + "x", "abc", "/bcdefghijklmnopqrstuv"}) {
                assertThatExceptionOfType(IllegalArgumentException.class)
                        .isThrownBy(() -> data.openLog(topicId, 0, ONE_SEGMENT));
                assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> data.deleteLog(topicId, 0));
            }
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> data.openLog(TOPIC_ID, -1, ONE_SEGMENT));
            assertThat(data.logs()).isEmpty();
        }
    }

    private static DataDirectory open(Disk disk) throws DataDirectoryException {
        return DataDirectory.open(disk, 7, () -> "a directory id");
    }

    private void putMeta(String text) {
        disk.put(DataDirectory.META_FILE, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(ThrowingCallable opening, String because) {
        assertThatExceptionOfType(DataDirectoryException.class)
                .isThrownBy(opening)
                .withMessageContaining(because);
    }
}
