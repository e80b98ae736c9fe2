package io.millrace.cli.lab;

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
