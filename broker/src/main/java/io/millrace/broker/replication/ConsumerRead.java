package io.millrace.broker.replication;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.log.LogFailedException;
import io.millrace.broker.log.LogSlice;
import io.millrace.broker.log.OffsetOutOfLogException;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.broker.runtime.EventLoop.Cancellable;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One consumer's fetch: read if there is something, else wait for the high watermark until time or patience ends. Parked
 * and woken on the replica's loop; what is not in memory any more is read by reader threads.
 */
final class ConsumerRead implements ParkedReads.Parked, PartitionServer.Waiting {

    private final Replica replica;
    private final ReplicaContext context;
    private final long offset;
    private final int minBytes;
    private final int maxBytes;
    private final long deadlineNs;
    private final Consumer<Outcome<Fetched>> reply;
    private final AtomicBoolean answered = new AtomicBoolean();

    private volatile boolean impatient;
    private volatile boolean hasParked;
    private @Nullable Cancellable timer;

    ConsumerRead(
            Replica replica,
            ReplicaContext context,
            long offset,
            int minBytes,
            int maxBytes,
            long deadlineNs,
            Consumer<Outcome<Fetched>> reply) {
        this.replica = replica;
        this.context = context;
        this.offset = offset;
        this.minBytes = minBytes;
        this.maxBytes = maxBytes;
        this.deadlineNs = deadlineNs;
        this.reply = reply;
    }

    /** Any thread: goes to the readers at once where the view shows something to read. */
    void start() {
        ReplicaView view = replica.view();
        if (view.leading() && isReadable(view)) {
            read(view);
        } else {
            replica.loop().execute(this::onAdvanced);
        }
    }

    @Override
    public void giveUp() {
        impatient = true;
        replica.loop().execute(this::onAdvanced);
    }

    /** On the loop: read, wait on, or answer with nothing. */
    @Override
    public void onAdvanced() {
        if (answered.get()) {
            return;
        }
        ReplicaView view = replica.view();
        if (!view.leading()) {
            answer(Outcome.no(replica.notLeader()));
        } else if (offset < view.logStartOffset() || offset > view.logEndOffset()) {
            answer(Outcome.no(Refusal.outOfRange(offset, view.logStartOffset(), view.highWatermark())));
        } else if (isReadable(view)) {
            read(view);
        } else if (isTimeUp()) {
            answer(Outcome.ok(fetched(view, ByteBuffer.allocate(0), offset)));
        } else {
            park();
        }
    }

    /** On the loop. */
    @Override
    public void refuse(Refusal refusal) {
        answer(Outcome.no(refusal));
    }

    private boolean isReadable(ReplicaView view) {
        return offset >= view.logStartOffset() && offset < view.highWatermark();
    }

    private boolean isTimeUp() {
        return impatient || deadlineNs - context.clock().nanoTime() <= 0;
    }

    /** One view for the whole read, so that what is answered belongs together (R15). */
    private void read(ReplicaView view) {
        // Not on the loop: many may wait for one append, and their answers take time that the partition needs.
        Optional<LogSlice> tail = replica.loop().inLoop() ? Optional.empty() : readTail(view);
        if (tail.isPresent()) {
            onRead(view, tail.get());
        } else {
            context.readers()
                    .execute(() -> readTail(view).ifPresentOrElse(slice -> onRead(view, slice), () -> readFile(view)));
        }
    }

    private Optional<LogSlice> readTail(ReplicaView view) {
        return replica.log().readTail(offset, readableEnd(view), maxBytes);
    }

    private long readableEnd(ReplicaView view) {
        boolean isOneView = context.settings().safeguards().has(Safeguard.R15_ONE_VIEW_FOR_A_READ);
        return (isOneView ? view : replica.view()).highWatermark();
    }

    /** A reader thread's. */
    private void readFile(ReplicaView view) {
        try {
            LogSlice slice = replica.log().read(offset, readableEnd(view), maxBytes);
            onRead(view, slice);
        } catch (OffsetOutOfLogException outside) {
            answer(Outcome.no(Refusal.outOfRange(offset, view.logStartOffset(), view.highWatermark())));
        } catch (LogFailedException failure) {
            answer(Outcome.no(Refusal.definite(
                    ErrorReason.STORAGE_FAILED, "The log cannot be read here: " + failure.getMessage())));
            replica.loop().execute(() -> replica.onLogFailed(failure));
        }
    }

    private void onRead(ReplicaView view, LogSlice slice) {
        // A slice ends with its segment: where more is readable behind it, waiting would bring nothing.
        boolean moreBehind = slice.nextOffset() < view.highWatermark();
        if (slice.batches().remaining() >= minBytes || moreBehind || isTimeUp()) {
            answer(Outcome.ok(fetched(view, slice.batches(), slice.nextOffset())));
        } else {
            replica.loop().execute(() -> parkUnlessMoved(view.highWatermark()));
        }
    }

    private void parkUnlessMoved(long seen) {
        ReplicaView now = replica.view();
        if (!now.leading() || now.highWatermark() > seen || isTimeUp()) {
            onAdvanced();
        } else {
            park();
        }
    }

    private void park() {
        hasParked = true;
        replica.parkedReads().park(this);
        if (timer == null) {
            long left = Math.max(0, deadlineNs - context.clock().nanoTime());
            timer = replica.loop().schedule(left, this::onTimeUp);
        }
    }

    private void onTimeUp() {
        impatient = true;
        replica.parkedReads().remove(this);
        onAdvanced();
    }

    private static Fetched fetched(ReplicaView view, ByteBuffer batches, long nextOffset) {
        return new Fetched(
                batches,
                nextOffset,
                view.proven() ? view.highWatermark() : -1,
                view.logStartOffset(),
                view.leaderEpoch());
    }

    private void answer(Outcome<Fetched> outcome) {
        if (answered.compareAndSet(false, true)) {
            if (hasParked) {
                replica.loop().execute(this::forget);
            }
            reply.accept(outcome);
        }
    }

    private void forget() {
        replica.parkedReads().remove(this);
        Cancellable waiting = timer;
        if (waiting != null) {
            waiting.cancel();
        }
    }
}
