package io.millrace.broker.replication;

import io.millrace.broker.core.Appended;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.runtime.EventLoop.Cancellable;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Appended batches whose producers wait for an offset to be passed: the high watermark for acks ALL, the leader's own
 * counted end for acks LEADER. In the order of their offsets, so that each step looks only at the head. Loop only.
 */
final class PendingAppends {

    private final ArrayDeque<Pending> queue = new ArrayDeque<>();

    /** One waiting producer; answered exactly once. */
    static final class Pending {
        final long baseOffset;
        final long nextOffset;
        final long appendTimeMs;

        private @Nullable Consumer<Outcome<Appended>> reply;

        @Nullable
        Cancellable timeout;

        Pending(long baseOffset, long nextOffset, long appendTimeMs, Consumer<Outcome<Appended>> reply) {
            this.baseOffset = baseOffset;
            this.nextOffset = nextOffset;
            this.appendTimeMs = appendTimeMs;
            this.reply = reply;
        }

        /** Answers unless that has happened. */
        void answer(Outcome<Appended> outcome) {
            Consumer<Outcome<Appended>> waiting = reply;
            if (waiting == null) {
                return;
            }
            reply = null;
            Cancellable timer = timeout;
            if (timer != null) {
                timer.cancel();
            }
            waiting.accept(outcome);
        }
    }

    /** Takes its place by its offsets, which is the last one but for what repeats an earlier batch. */
    void add(Pending pending) {
        ArrayDeque<Pending> later = new ArrayDeque<>();
        Pending last = queue.peekLast();
        while (last != null && last.nextOffset > pending.nextOffset) {
            later.addFirst(queue.removeLast());
            last = queue.peekLast();
        }
        queue.add(pending);
        queue.addAll(later);
    }

    /** Answers everything that ends at or below {@code offset}. */
    void passed(long offset, Function<Pending, Appended> answer) {
        Pending head = queue.peek();
        while (head != null && head.nextOffset <= offset) {
            queue.remove();
            head.answer(Outcome.ok(answer.apply(head)));
            head = queue.peek();
        }
    }

    /** Refuses everything that still waits. */
    void refuseAll(Function<Pending, Refusal> refusal) {
        Pending head = queue.poll();
        while (head != null) {
            head.answer(Outcome.no(refusal.apply(head)));
            head = queue.poll();
        }
    }
}
