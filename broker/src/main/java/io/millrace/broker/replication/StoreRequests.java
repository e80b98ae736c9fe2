package io.millrace.broker.replication;

import io.millrace.broker.core.Durability;
import io.millrace.broker.log.FlushResult;
import io.millrace.broker.log.GroupCommit;
import io.millrace.broker.log.LogFailedException;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.runtime.EventLoop;
import java.util.function.Consumer;

/**
 * Has what was appended stored, one request of this partition at a time: what is appended meanwhile goes with the next.
 * Loop only.
 */
final class StoreRequests {

    private final PartitionLog log;
    private final EventLoop loop;
    private final GroupCommit groupCommit;
    private final Durability durability;
    private final Runnable onStored;
    private final Consumer<LogFailedException> onFailed;
    private boolean waiting;
    private boolean closed;

    /** @param onStored the log's durable or stable end has moved; called on the loop */
    StoreRequests(
            PartitionLog log,
            EventLoop loop,
            GroupCommit groupCommit,
            Durability durability,
            Runnable onStored,
            Consumer<LogFailedException> onFailed) {
        this.log = log;
        this.loop = loop;
        this.groupCommit = groupCommit;
        this.durability = durability;
        this.onStored = onStored;
        this.onFailed = onFailed;
    }

    /** Something was appended, or may not be durable yet. */
    void request() {
        if (waiting || closed || log.durableEndOffset() >= log.logEndOffset()) {
            return;
        }
        waiting = true;
        groupCommit.request(log, loop, this::onResult);
    }

    private void onResult(FlushResult result) {
        waiting = false;
        if (closed) {
            return;
        }
        if (result instanceof FlushResult.Failed failed) {
            onFailed.accept(failed.cause());
            return;
        }
        onStored.run();
        if (durability == Durability.FSYNC) {
            request();
        }
    }

    void close() {
        closed = true;
    }
}
