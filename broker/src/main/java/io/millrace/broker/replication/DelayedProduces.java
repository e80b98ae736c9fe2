package io.millrace.broker.replication;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.broker.runtime.EventLoop.Cancellable;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Batches that wait, in order, because an in-sync follower is a whole window behind (N3): each for as long as its producer
 * allows, at most a window of bytes together. Nothing of them is in the log. Loop only.
 */
final class DelayedProduces {

    private final EventLoop loop;
    private final Clock clock;
    private final long maxBytes;
    private final ArrayDeque<Delayed> queue = new ArrayDeque<>();
    private long bytes;

    DelayedProduces(EventLoop loop, Clock clock, long maxBytes) {
        this.loop = loop;
        this.clock = clock;
        this.maxBytes = maxBytes;
    }

    /** One that waits; {@code deadlineNs} is of {@link Clock#nanoTime}. */
    static final class Delayed {
        final ByteBuffer batch;
        final Acks acks;
        final long deadlineNs;
        final Consumer<Outcome<Appended>> reply;

        private @Nullable Cancellable timer;

        private Delayed(ByteBuffer batch, Acks acks, long deadlineNs, Consumer<Outcome<Appended>> reply) {
            this.batch = batch;
            this.acks = acks;
            this.deadlineNs = deadlineNs;
            this.reply = reply;
        }
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    void add(ByteBuffer batch, Acks acks, long timeoutNs, Consumer<Outcome<Appended>> reply) {
        if (bytes + batch.remaining() > maxBytes) {
            reply.accept(
                    Outcome.no(
                            Refusal.definite(
                                    ErrorReason.NOT_ENOUGH_REPLICAS,
                                    "An in-sync replica is a replication window behind, and a window of records waits for it already")));
            return;
        }
        Delayed delayed = new Delayed(batch, acks, clock.nanoTime() + timeoutNs, reply);
        delayed.timer = loop.schedule(timeoutNs, () -> onTimeUp(delayed));
        queue.add(delayed);
        bytes += batch.remaining();
    }

    /** Hands over one after the other for as long as {@code mayAppend}. */
    void drain(BooleanSupplier mayAppend, Consumer<Delayed> append) {
        while (!queue.isEmpty() && mayAppend.getAsBoolean()) {
            Delayed next = queue.remove();
            forget(next);
            append.accept(next);
        }
    }

    void refuseAll(Refusal refusal) {
        Delayed next = queue.poll();
        while (next != null) {
            forget(next);
            next.reply.accept(Outcome.no(refusal));
            next = queue.poll();
        }
    }

    private void onTimeUp(Delayed delayed) {
        if (queue.remove(delayed)) {
            forget(delayed);
            delayed.reply.accept(Outcome.no(Refusal.definite(
                    ErrorReason.COMMIT_TIMEOUT,
                    "Not appended within the time allowed: an in-sync replica is a replication window behind")));
        }
    }

    private void forget(Delayed delayed) {
        bytes -= delayed.batch.remaining();
        Cancellable timer = delayed.timer;
        if (timer != null) {
            timer.cancel();
        }
    }
}
