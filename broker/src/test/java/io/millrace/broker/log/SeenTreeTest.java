package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.log.memory.CrashableDisk;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SeenTreeTest {

    private static final BrokerIncarnation SELF = new BrokerIncarnation(1, 4);

    private final CrashableDisk disk = new CrashableDisk();

    @Test
    void whatWasSeenIsKnownAfterAPowerCut() throws DataDirectoryException {
        DataDirectory data = open(disk);
        data.assignCluster("c", 1);
        seen(data).onImage(SELF, image(7));

        DataDirectory next = open(disk.afterPowerCut(new Random(1)));

        assertThat(seen(next).controllerEpoch()).isEqualTo(7);
        assertThat(seen(next).brokerEpoch()).isEqualTo(4);
        assertThat(next.clusterId()).contains("c");
    }

    @Test
    void anOlderImageTakesNothingBack() throws DataDirectoryException {
        DataDirectory data = open(disk);
        SeenTree seen = seen(data);
        seen.onImage(SELF, image(7));
        seen.onImage(SELF, image(6));

        assertThat(seen.controllerEpoch()).isEqualTo(7);
        assertThat(data.seenControllerEpoch()).isEqualTo(7);
    }

    /** Images come on the thread that elects: it must not wait for a disk. */
    @Test
    void itIsKnownBeforeItIsWrittenAndWrittenOncePerChange() throws DataDirectoryException {
        Queue<Runnable> writes = new ArrayDeque<>();
        DataDirectory data = open(disk);
        SeenTree seen = new SeenTree(data, writes::add, Safeguards.ALL);

        seen.onImage(SELF, image(7));
        seen.onImage(SELF, image(7));

        assertThat(seen.controllerEpoch()).isEqualTo(7);
        assertThat(data.seenControllerEpoch()).isZero();
        assertThat(writes).hasSize(1);
    }

    private static SeenTree seen(DataDirectory data) {
        return new SeenTree(data, Runnable::run, Safeguards.ALL);
    }

    private static DataDirectory open(Disk disk) throws DataDirectoryException {
        return DataDirectory.open(disk, 1, () -> "directory");
    }

    private static ClusterImage image(int controllerEpoch) {
        return new ClusterImage("c", null, controllerEpoch, null, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }
}
