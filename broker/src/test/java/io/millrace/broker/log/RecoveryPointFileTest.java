package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.memory.CrashableDisk;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecoveryPointFileTest {
    private static final String PATH = "d/" + RecoveryPointFile.NAME;

    private final CrashableDisk disk = new CrashableDisk();
    private final RecoveryPointFile file = new RecoveryPointFile(disk, "d");

    @Test
    void onceLoweredNothingHigherComesBackWhateverIsLost() throws Exception {
        file.read();
        file.write(5);
        file.write(9);
        disk.syncDirectory("d");

        file.lower(3);

        byte[] bytes = disk.bytes(PATH);
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            CrashableDisk damaged = disk.afterPowerCut(new Random(bit));
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            damaged.put(PATH, flipped);

            assertThat(new RecoveryPointFile(damaged, "d").read())
                    .as("bit %s", bit)
                    .hasValue(3);
        }
    }

    @Test
    void aTornWriteLosesOneStepAtMost() throws Exception {
        file.read();
        file.write(5);
        file.write(9);
        disk.syncDirectory("d");
        file.syncIfChanged();
        file.write(12);

        for (int seed = 0; seed < 50; seed++) {
            OptionalLong survivor = new RecoveryPointFile(disk.afterPowerCut(new Random(seed)), "d").read();
            assertThat(survivor.orElse(-1)).as("seed %s", seed).isIn(9L, 12L);
        }
    }
}
