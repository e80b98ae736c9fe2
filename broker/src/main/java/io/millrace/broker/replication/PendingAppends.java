package io.millrace.broker.replication;

import io.millrace.broker.core.Appended;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Appended batches whose producers wait for an offset to be passed: the high watermark for acks ALL, the leader's own
 * counted end for acks LEADER. In the order of their offsets, so that each step looks only at the head. Loop only.
 */
final class PendingAppends {

    private final ArrayDeque<Pending> queue = new ArrayDeque<>();

    /**
     * One waiting producer; answered exactly once.
     *
     * @param deadlineNs of {@link io.millrace.broker.runtime.Clock#nanoTime}, {@link Alarm#NEVER} for none
     */
    record Pending(
            long baseOffset, long nextOffset, long appendTimeMs, long deadlineNs, Consumer<Outcome<Appended>> reply) {}

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
            head.reply.accept(Outcome.ok(answer.apply(head)));
            head = queue.peek();
        }
    }

    /** Refuses everything whose deadline is at or before {@code nowNs}. */
    void refuseLate(long nowNs, Function<Pending, Refusal> refusal) {
        List<Pending> late =
                queue.stream().filter(pending -> pending.deadlineNs <= nowNs).toList();
        queue.removeIf(pending -> pending.deadlineNs <= nowNs);
        late.forEach(pending -> pending.reply.accept(Outcome.no(refusal.apply(pending))));
    }

    /** The earliest deadline. */
    long nextDeadlineNs() {
        return queue.stream().mapToLong(Pending::deadlineNs).min().orElse(Alarm.NEVER);
    }

    /** Refuses everything that still waits. */
    void refuseAll(Function<Pending, Refusal> refusal) {
        Pending head = queue.poll();
        while (head != null) {
            head.reply.accept(Outcome.no(refusal.apply(head)));
            head = queue.poll();
        }
    }
}
