package io.millrace.cli.lab;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.lab.drill.Payload;
import picocli.CommandLine.Option;

/** How much is written while faults strike. */
final class SteadyLoad {
    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Records per second, whatever the answers do (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--partitions", paramLabel = "N", defaultValue = "12", description = "Default: ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--record-bytes",
            paramLabel = "N",
            defaultValue = "100",
            description = "Of each value, 20 or more (default: ${DEFAULT-VALUE}).")
    private int recordBytes;

    /** Refuses what cannot be written. Before anything is begun. */
    void check() {
        atLeast(1, rate, "--rate");
        atLeast(1, partitions, "--partitions");
        atLeast(Payload.MIN_BYTES, recordBytes, "--record-bytes");
    }

    private static void atLeast(int least, int given, String option) {
        if (given < least) {
            throw CommandFailure.usage(option + " is " + least + " or more, not " + given, "");
        }
    }

    /** Records per second. */
    int rate() {
        return rate;
    }

    int partitions() {
        return partitions;
    }

    /** Of each value. */
    int recordBytes() {
        return recordBytes;
    }
}
