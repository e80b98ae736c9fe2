package io.millrace.broker.rpc;

import io.millrace.broker.replication.PartitionServer.Waiting;
import org.jspecify.annotations.Nullable;

/** Keeps one fetch among the open waits for as long as it waits, though its answer may come before its handle. */
final class FetchWait {

    private final OpenWaits waits;
    private @Nullable Waiting waiting;
    private boolean isAnswered;

    FetchWait(OpenWaits waits) {
        this.waits = waits;
    }

    synchronized void onStarted(Waiting started) {
        if (!isAnswered) {
            waiting = started;
            waits.add(started);
        }
    }

    synchronized void onAnswer() {
        isAnswered = true;
        if (waiting != null) {
            waits.remove(waiting);
        }
    }
}
