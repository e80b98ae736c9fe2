package io.millrace.lab.run;

import io.millrace.lab.drill.SentRuns;
import io.millrace.lab.drill.SentRuns.Outcome;
import io.millrace.lab.traffic.AckClock;
import java.util.HashMap;
import java.util.Map;

/**
 * What became of one partition's records on their way in. Answers may come out of order: each waits here until those
 * before it are known.
 *
 * <p>Safe for threads, but {@link #next()} and {@link #onTaken()} are for the one that sends.
 */
final class PartitionBook {
    private final int partition;
    private final AckClock clock = new AckClock();
    private final SentRuns runs = new SentRuns();
    private final Map<Long, Result> early = new HashMap<>();
    private volatile long next;
    private long failed;

    private record Result(Outcome outcome, long offset) {}

    PartitionBook(int partition) {
        this.partition = partition;
    }

    int partition() {
        return partition;
    }

    AckClock clock() {
        return clock;
    }

    /** The number of the record that is to be sent next. */
    long next() {
        return next;
    }

    /** That record was handed over. */
    // One thread writes, others only read.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void onTaken() {
        next++;
    }

    void onAcknowledged(long number, long offset, long sentNs, long nowNs) {
        clock.onAcknowledged(sentNs, nowNs);
        settle(number, new Result(Outcome.ACKNOWLEDGED, offset));
    }

    void onFailed(long number, Outcome outcome) {
        settle(number, new Result(outcome, -1));
    }

    private synchronized void settle(long number, Result result) {
        failed += result.outcome() == Outcome.ACKNOWLEDGED ? 0 : 1;
        early.put(number, result);
        for (Result known = early.remove(runs.sent()); known != null; known = early.remove(runs.sent())) {
            if (known.outcome() == Outcome.ACKNOWLEDGED) {
                runs.acknowledged(1, known.offset());
            } else {
                runs.failed(1, known.outcome());
            }
        }
    }

    /** Records that have had their answer, as have all before them. */
    synchronized long answered() {
        return runs.sent();
    }

    /** Records whose producer was told of a failure. */
    synchronized long failed() {
        return failed;
    }

    /** Once everything has its answer. */
    synchronized SentRuns runs() {
        if (runs.sent() != next) {
            throw new IllegalStateException(
                    "partition " + partition + ": of " + next + " records only " + runs.sent() + " have had an answer");
        }
        return runs;
    }
}
