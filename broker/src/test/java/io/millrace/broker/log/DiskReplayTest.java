package io.millrace.broker.log;

import static io.millrace.broker.log.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.log.memory.CrashableDisk;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Scenarios whose rule is one call to the disk: played as they are, and on a disk to which that call means nothing, as if
 * it had never been made.
 */
class DiskReplayTest {

    private interface Script {
        void play(UnaryOperator<Disk> seam) throws Exception;
    }

    /** It crashes while it loads its logs, and the marker of the stop before is still there. */
    @Test
    void r27_aCrashWhileLoadingDoesNotLookLikeACleanStop() throws Exception {
        play("delete", seam -> {
            CrashableDisk disk = new CrashableDisk();
            open(disk).closeCleanly(42);
            DataDirectory loading = open(seam.apply(disk));

            try (DataDirectory next = open(disk.afterKill())) {
                assertThat(next.wasCleanShutdown()).isFalse();
            }
            loading.close();
        });
    }

    /** The new segment's bytes are synced, and its name is not. */
    @Test
    void d7_aSegmentIsOnTheDiskWithItsName() throws Exception {
        play("syncDirectory", seam -> {
            CrashableDisk disk = new CrashableDisk();
            PartitionLog log = TestLogs.open(seam.apply(disk), TestLogs.SMALL_SEGMENTS);
            for (int i = 0; i < 4; i++) {
                log.appendAsLeader(batch(1, 300, 0), 0);
            }
            log.sync();

            for (int seed = 0; seed < 20; seed++) {
                PartitionLog left = TestLogs.open(disk.afterPowerCut(new Random(seed)), TestLogs.SMALL_SEGMENTS);
                assertThat(left.failure()).as("seed %s", seed).isEmpty();
                assertThat(left.logEndOffset()).as("seed %s", seed).isEqualTo(4);
            }
        });
    }

    private static void play(String call, Script script) throws Exception {
        script.play(disk -> disk);

        assertThatThrownBy(() -> script.play(disk -> without(call, disk)))
                .as("without %s", call)
                .isInstanceOf(AssertionError.class);
    }

    private static Disk without(String call, Disk disk) {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    try {
                        return method.getName().equals(call) ? null : method.invoke(disk, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    private static DataDirectory open(Disk disk) throws DataDirectoryException {
        return DataDirectory.open(disk, 1, () -> "directory");
    }
}
