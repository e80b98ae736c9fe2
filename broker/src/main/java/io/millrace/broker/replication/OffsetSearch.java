package io.millrace.broker.replication;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.log.LogFailedException;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.TimestampOffset;
import io.millrace.broker.replication.PartitionServer.FoundOffset;
import io.millrace.broker.replication.PartitionServer.Position;
import io.millrace.broker.runtime.EventLoop.Cancellable;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the offset of a position. The latest one waits until this leader's high watermark is proven: before that it might
 * be below one that an earlier leader has announced already (N8).
 */
final class OffsetSearch implements ParkedReads.Parked {

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(2);

    private final Replica replica;
    private final ReplicaContext context;
    private final Position position;
    private final Consumer<Outcome<FoundOffset>> reply;
    private @Nullable Cancellable timer;
    private boolean answered;

    OffsetSearch(Replica replica, ReplicaContext context, Position position, Consumer<Outcome<FoundOffset>> reply) {
        this.replica = replica;
        this.context = context;
        this.position = position;
        this.reply = reply;
    }

    void start() {
        replica.loop().execute(this::onAdvanced);
    }

    @Override
    public void onAdvanced() {
        ReplicaView view = replica.view();
        if (!view.leading()) {
            answer(Outcome.no(replica.notLeader()));
            return;
        }
        switch (position.kind()) {
            case EARLIEST -> answer(Outcome.ok(found(view, view.logStartOffset(), -1)));
            case LATEST -> onLatest(view);
            case TIMESTAMP, OFFSET -> context.readers().execute(() -> search(view));
        }
    }

    private static FoundOffset found(ReplicaView view, long offset, long timestampMs) {
        return new FoundOffset(offset, timestampMs, view.leaderEpoch(), view.proven() ? view.highWatermark() : -1);
    }

    private void onLatest(ReplicaView view) {
        if (view.proven()) {
            answer(Outcome.ok(found(view, view.highWatermark(), -1)));
        } else {
            replica.parkedReads().park(this);
            if (timer == null) {
                timer = replica.loop().schedule(PATIENCE_NS, this::onTimeUp);
            }
        }
    }

    /** On the loop. */
    private void onTimeUp() {
        replica.parkedReads().remove(this);
        refuse(Refusal.definite(
                ErrorReason.LEADER_NOT_AVAILABLE,
                "The leader cannot tell the latest offset yet: too few replicas are in sync with it"));
    }

    private void search(ReplicaView view) {
        try {
            PartitionLog log = replica.log();
            Optional<TimestampOffset> record = position.kind() == Position.Kind.OFFSET
                    ? log.recordAt(position.value(), view.highWatermark())
                    : log.offsetForTime(position.value(), view.highWatermark());
            reply.accept(Outcome.ok(
                    record.map(at -> found(view, at.offset(), at.timestampMs())).orElseGet(() -> found(view, -1, -1))));
        } catch (LogFailedException failure) {
            reply.accept(Outcome.no(Refusal.definite(
                    ErrorReason.STORAGE_FAILED, "The log cannot be read here: " + failure.getMessage())));
            replica.loop().execute(() -> replica.onLogFailed(failure));
        }
    }

    @Override
    public void refuse(Refusal refusal) {
        answer(Outcome.no(refusal));
    }

    /** On the loop for what may park; exactly once. */
    private void answer(Outcome<FoundOffset> outcome) {
        if (!answered) {
            answered = true;
            if (timer != null) {
                timer.cancel();
            }
            reply.accept(outcome);
        }
    }
}
