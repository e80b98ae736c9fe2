package io.millrace.broker.rpc;

import io.millrace.broker.replication.PartitionServer.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one fetch among the open calls for as long as it waits, though its answer may come before its handle: a broker
 * that stops answers it rather than to wait with it.
 */
final class FetchWait implements OpenCalls.Call {

    private final OpenCalls open;
    private @Nullable Waiting waiting;
    private boolean isAnswered;

    FetchWait(OpenCalls open) {
        this.open = open;
    }

    synchronized void onStarted(Waiting started) {
        if (!isAnswered) {
            waiting = started;
            open.add(this);
        }
    }

    synchronized void onAnswer() {
        isAnswered = true;
        open.remove(this);
    }

    @Override
    public void drain() {
        Waiting started;
        synchronized (this) {
            started = waiting;
        }
        if (started != null) {
            started.giveUp();
        }
    }
}
