package io.millrace.lab.drill;

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
public final class PartitionBook {
    private final int partition;
    private final AckClock clock = new AckClock();
    private final SentRuns runs = new SentRuns();
    private final Map<Long, Result> early = new HashMap<>();
    private volatile long next;
    private long failed;

    private record Result(Outcome outcome, long offset) {}

    public PartitionBook(int partition) {
        this.partition = partition;
    }

    public int partition() {
        return partition;
    }

    public AckClock clock() {
        return clock;
    }

    /** The number of the record that is to be sent next. */
    public long next() {
        return next;
    }

    /** That record was handed over. */
    // One thread writes, others only read.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void onTaken() {
        next++;
    }

    /** Times are of {@link System#nanoTime()}. */
    void onAcknowledged(long number, long offset, long sentNs, long nowNs) {
        clock.onAcknowledged(sentNs, nowNs);
        settle(number, Outcome.ACKNOWLEDGED, offset);
    }

    void onFailed(long number, Outcome outcome) {
        settle(number, outcome, -1);
    }

    private synchronized void settle(long number, Outcome outcome, long offset) {
        failed += outcome == Outcome.ACKNOWLEDGED ? 0 : 1;
        if (number != runs.sent()) {
            early.put(number, new Result(outcome, offset));
            return;
        }
        enter(outcome, offset);
        // As a rule nothing waits, and a load of many records should not pay for the exception.
        while (!early.isEmpty() && early.containsKey(runs.sent())) {
            Result known = early.remove(runs.sent());
            enter(known.outcome(), known.offset());
        }
    }

    private void enter(Outcome outcome, long offset) {
        if (outcome == Outcome.ACKNOWLEDGED) {
            runs.acknowledged(1, offset);
        } else {
            runs.failed(1, outcome);
        }
    }

    /** Records that have had their answer, as have all before them. */
    public synchronized long answered() {
        return runs.sent();
    }

    /** Records that were handed over and have no answer yet, or stand behind one that has none. */
    long inFlight() {
        // In this order: an answer that comes in between must not make it negative.
        long answered = answered();
        return next - answered;
    }

    /** Records whose producer was told of a failure. */
    public synchronized long failed() {
        return failed;
    }

    /** Once everything has its answer. */
    public synchronized SentRuns runs() {
        if (runs.sent() != next) {
            throw new IllegalStateException(
                    "partition " + partition + ": of " + next + " records only " + runs.sent() + " have had an answer");
        }
        return runs;
    }
}
