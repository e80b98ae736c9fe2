package io.millrace.cli.consume;

import io.millrace.client.CommitPosition;
import io.millrace.client.Consumer;
import io.millrace.client.TopicPartition;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Commits for a group what has reached stdout, every few seconds in the background, before a partition goes to another
 * member, and once more at the end. Only what was marked is committed, so a record that was not written is read again.
 * Belongs to the main thread.
 */
final class Committer {
    private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(3);

    private final Consumer consumer;
    private final PrintStream err;
    private final Map<TopicPartition, CommitPosition> marked = new LinkedHashMap<>();
    private boolean isBehind;
    private CompletableFuture<Void> inFlight = CompletableFuture.completedFuture(null);
    private long lastNs = System.nanoTime();

    Committer(Consumer consumer, PrintStream err) {
        this.consumer = consumer;
        this.err = err;
    }

    /** Everything of these partitions below these positions was written. */
    void mark(Map<TopicPartition, CommitPosition> printed) {
        isBehind |= !printed.isEmpty();
        marked.putAll(printed);
    }

    /** Commits if it is time. A failure is told and tried again the next time: reading need not wait for ZooKeeper. */
    void commitIfDue() {
        if (System.nanoTime() - lastNs < PERIOD_NS || !inFlight.isDone()) {
            return;
        }
        lastNs = System.nanoTime();
        collect();
        if (isBehind) {
            isBehind = false;
            inFlight = consumer.commitAsync(Map.copyOf(marked));
        }
    }

    /** The last commit of these; the consumer waits for it before it lets go of them. */
    void letGoOf(Set<TopicPartition> partitions) {
        Map<TopicPartition, CommitPosition> last = new LinkedHashMap<>(marked);
        last.keySet().retainAll(partitions);
        marked.keySet().removeAll(partitions);
        if (!last.isEmpty()) {
            var unused = consumer.commitAsync(last).whenComplete((none, failure) -> {
                if (failure != null) {
                    err.println("warning: not committed before they were given up: " + last.keySet() + ": "
                            + failure.getMessage());
                }
            });
        }
    }

    /** All partitions are lost: commits of them would be refused, and that one in flight is need not be told as well. */
    void lose() {
        marked.clear();
        isBehind = false;
        inFlight = CompletableFuture.completedFuture(null);
    }

    /** The last commit; throws {@link io.millrace.client.MillraceException} if it fails. */
    void finish() {
        collect();
        if (isBehind && !marked.isEmpty()) {
            isBehind = false;
            consumer.commit(Map.copyOf(marked));
        }
    }

    /** Waits for the commit in flight, to know whether it has to be made again. */
    private void collect() {
        try {
            inFlight.join();
        } catch (CompletionException e) {
            isBehind = true;
            err.println("warning: a commit failed and will be tried again: " + message(e));
        }
        inFlight = CompletableFuture.completedFuture(null);
    }

    private static String message(CompletionException e) {
        return String.valueOf(
                e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
    }
}
