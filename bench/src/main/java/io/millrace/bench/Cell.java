package io.millrace.bench;

import io.millrace.bench.cluster.Cluster;
import io.millrace.bench.load.CommitLoad;
import io.millrace.bench.load.GapLoad;
import io.millrace.bench.load.LatencyLoad;
import io.millrace.bench.load.Measured;
import io.millrace.bench.load.Stage;
import io.millrace.bench.load.SteadyLoad;
import io.millrace.bench.load.Timing;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** One thing that is measured. */
enum Cell {
    THROUGHPUT_1K("throughput-1k", "records of 1 KiB as fast as they go"),
    THROUGHPUT_100B("throughput-100b", "records of 100 bytes as fast as they go"),
    CPU("cpu", "10 MB/s of 1 KiB records, written"),
    LATENCY("latency", "10 MB/s of 1 KiB records, written and read"),
    GAP("gap", "1,000 records of 1 KiB per second, and a leader is killed"),
    COMMITS("commits", "64 groups of 16 partitions, each of which commits 25 times a second");

    private static final int KIBIBYTE = 1024;
    private static final int SMALL = 100;
    /** 10 MB/s, rounded up to a whole record. */
    private static final long RATE_PER_S = 9_766;

    private final String id;
    private final String words;

    Cell(String id, String words) {
        this.id = id;
        this.words = words;
    }

    String words() {
        return words;
    }

    /** @param isSecondHalf of a block, in which each contestant has its second turn */
    Measured run(TestBed bed, Stage stage, Timing timing, boolean isSecondHalf)
            throws IOException, InterruptedException {
        return switch (this) {
            case THROUGHPUT_1K -> atFullSpeed(bed, KIBIBYTE).run(stage, timing);
            case THROUGHPUT_100B -> atFullSpeed(bed, SMALL).run(stage, timing);
            case CPU -> steady(bed, KIBIBYTE, RATE_PER_S).run(stage, timing);
            case LATENCY -> new LatencyLoad(KIBIBYTE, RATE_PER_S).run(stage, timing);
            case GAP -> new GapLoad(KIBIBYTE, isSecondHalf).run(stage);
            case COMMITS -> new CommitLoad().run(stage, timing);
        };
    }

    /** Goes before the first run, and does not count; empty where a run's own warm-up is enough. */
    Optional<Rehearsal> rehearsal() {
        return this == COMMITS
                ? Optional.of((stage, length) -> new CommitLoad().rehearse(stage, length))
                : Optional.empty();
    }

    /** What gets a contestant's code compiled. */
    interface Rehearsal {
        Measured run(Stage stage, Duration length) throws IOException, InterruptedException;
    }

    /** Of the topic that it needs. */
    int partitions() {
        return this == COMMITS ? CommitLoad.PARTITIONS : Cluster.PARTITIONS;
    }

    /** What servers are warmed up with. */
    static SteadyLoad atFullSpeed(TestBed bed) throws IOException {
        return atFullSpeed(bed, KIBIBYTE);
    }

    private static SteadyLoad atFullSpeed(TestBed bed, int recordBytes) throws IOException {
        return steady(bed, recordBytes, 0);
    }

    private static SteadyLoad steady(TestBed bed, int recordBytes, long ratePerS) throws IOException {
        return new SteadyLoad(bed.processes(), recordBytes, bed.payloads(recordBytes), ratePerS);
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return id;
    }
}
