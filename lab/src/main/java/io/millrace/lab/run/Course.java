package io.millrace.lab.run;

import io.millrace.lab.drill.CheckCounts;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How a run went.
 *
 * @param lengthMs from the first record until the last fault was healed
 * @param leaderMoves elections from the first record until then, with and without a fault
 * @param isrChanges how often an in-sync set changed meanwhile, elections not counted
 * @param check what is stored, judged by what was acknowledged
 * @param isDrained whether all consumers have read everything in the end
 */
public record Course(
        Instant startedAt,
        long lengthMs,
        List<FaultOutcome> faults,
        int leaderMoves,
        int isrChanges,
        List<Timeline.Bucket> buckets,
        List<Timeline.Silence> silences,
        ClientCounts clients,
        CheckCounts check,
        Readings.Counts readings,
        boolean isDrained) {

    public Course {
        faults = List.copyOf(faults);
        buckets = List.copyOf(buckets);
        silences = List.copyOf(silences);
    }

    public long controllerMoves() {
        return faults.stream().filter(FaultOutcome::hasMovedController).count();
    }

    /** The longest time without an acknowledgement on one partition, in a fault or not. */
    public long maxUnavailableMs() {
        return LongStream.concat(
                        faults.stream().mapToLong(FaultOutcome::unavailableMs),
                        silences.stream().mapToLong(silence -> silence.toMs() - silence.fromMs()))
                .max()
                .orElse(0);
    }
}
