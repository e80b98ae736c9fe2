package io.millrace.cli.consume;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.proto.v1.OffsetCommit;
import io.millrace.proto.v1.Topic;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Commits for a group what has reached stdout, every few seconds in the background and once more at the end. Only what
 * was marked is committed, so a record that was not written is read again the next time. Belongs to the main thread.
 */
final class Committer {
    private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(3);

    private final MillraceClient client;
    private final String group;
    private final Topic topic;
    private final PrintStream err;
    private final Map<Integer, OffsetCommit> marked = new TreeMap<>();
    private boolean isBehind;
    private CompletableFuture<?> inFlight = CompletableFuture.completedFuture(null);
    private long lastNs = System.nanoTime();

    Committer(MillraceClient client, String group, Topic topic, PrintStream err) {
        this.client = client;
        this.group = group;
        this.topic = topic;
        this.err = err;
    }

    /** Everything of this partition below the cursor's position was written. */
    void mark(Cursor cursor) {
        isBehind = true;
        marked.put(
                cursor.partition(),
                OffsetCommit.newBuilder()
                        .setTopic(topic.getName())
                        .setTopicId(topic.getTopicId())
                        .setPartition(cursor.partition())
                        .setOffset(cursor.position())
                        .setLeaderEpoch(cursor.leaderEpoch())
                        .build());
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
            inFlight = client.commitOffsetsAsync(group, List.copyOf(marked.values()));
        }
    }

    /** The last commit; throws {@link MillraceException} if it fails. */
    void finish() {
        collect();
        if (isBehind) {
            isBehind = false;
            client.commitOffsets(group, List.copyOf(marked.values()));
        }
    }

    /** Waits for the commit in flight, so that it cannot land behind a later one. */
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
