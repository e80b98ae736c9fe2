package io.millrace.bench.cluster;

import java.io.IOException;
import java.time.Duration;

/** Asks again and again, where nobody would tell. */
public final class Waiting {
    private static final long POLL_MS = 50;

    private Waiting() {}

    /** What is waited for. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** @throws IOException if it does not hold in time */
    public static void until(String what, Duration limit, Condition condition)
            throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IOException("waited " + limit.toSeconds() + " s in vain until " + what);
            }
            Thread.sleep(POLL_MS);
        }
    }
}
