package io.millrace.lab.junit;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/** Threads that stand where they are between two tasks, until they are let go. */
final class StandStill implements AutoCloseable {
    private final CountDownLatch end = new CountDownLatch(1);

    /** Does not wait for tasks that are being carried out; each thread stands as soon as it has ended its own. */
    StandStill(List<Executor> threads) {
        threads.forEach(thread -> thread.execute(this::stand));
    }

    private void stand() {
        try {
            end.await();
        } catch (InterruptedException interrupted) {
            // Brokers interrupt none of their threads: whoever does wants this one to end.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
    }
}
