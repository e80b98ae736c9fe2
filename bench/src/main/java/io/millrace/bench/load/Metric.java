package io.millrace.bench.load;

/** What is measured. */
public enum Metric {
    THROUGHPUT("throughput, MB/s", true),
    BROKER_CPU("CPU-seconds of the brokers per GB", false),
    CLIENT_CPU("CPU-seconds of the client per GB", false),
    END_TO_END_P50("end to end p50, ms", false),
    END_TO_END_P99("end to end p99, ms", false),
    END_TO_END_P999("end to end p99.9, ms", false),
    ACK_P99("acknowledgement p99, ms", false),
    GAP("write gap after SIGKILL, ms", false),
    COMMITS("offsets committed per second", true),
    COMMIT_ROOM("offsets committed per second, as fast as they go", true),
    COMMIT_P50("commit p50, ms", false),
    COMMIT_P99("commit p99, ms", false),
    COMMIT_CPU("CPU-seconds of the brokers per million offsets", false);

    private final String words;
    private final boolean isMoreBetter;

    Metric(String words, boolean isMoreBetter) {
        this.words = words;
        this.isMoreBetter = isMoreBetter;
    }

    public String words() {
        return words;
    }

    public boolean isMoreBetter() {
        return isMoreBetter;
    }
}
