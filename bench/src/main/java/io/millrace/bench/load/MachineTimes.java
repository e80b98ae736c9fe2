package io.millrace.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the machine's processors have spent their time since it was started, in ticks, from {@code /proc/stat}.
 *
 * @param busy all but idle, waiting for the disk, and stolen
 * @param stolen by the host, for others
 * @param all of all processors
 */
public record MachineTimes(long busy, long stolen, long all) {
    private static final int IDLE = 3;
    private static final int WAITING = 4;
    private static final int STOLEN = 7;
    // What follows is of guests, and counted in the first two already.
    private static final int COLUMNS = 8;

    public static MachineTimes now() throws IOException {
        return parse(Files.readString(Path.of("/proc/stat")));
    }

    static MachineTimes parse(String stat) throws IOException {
        String[] words = stat.lines().findFirst().orElse("").split("\\s+", -1);
        if (!words[0].equals("cpu") || words.length <= COLUMNS) {
            throw new IOException(
                    "/proc/stat does not begin with the times of all processors: " + String.join(" ", words));
        }
        long busy = 0;
        long all = 0;
        for (int column = 0; column < COLUMNS; column++) {
            long ticks = Long.parseLong(words[column + 1]);
            all += ticks;
            busy += column == IDLE || column == WAITING || column == STOLEN ? 0 : ticks;
        }
        return new MachineTimes(busy, Long.parseLong(words[STOLEN + 1]), all);
    }

    MachineTimes since(MachineTimes earlier) {
        return new MachineTimes(busy - earlier.busy, stolen - earlier.stolen, all - earlier.all);
    }

    /** 0 to 1, of all processors. */
    double busyShare() {
        return all == 0 ? 0 : (double) busy / all;
    }

    /** 0 to 1, of all processors. */
    double stolenShare() {
        return all == 0 ? 0 : (double) stolen / all;
    }
}
