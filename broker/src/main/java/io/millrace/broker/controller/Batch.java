package io.millrace.broker.controller;

import io.millrace.broker.core.controller.ClusterState;
import io.millrace.broker.core.controller.Write;
import java.util.ArrayList;
import java.util.List;

/** Inputs that are decided one after the other and recorded together. */
final class Batch {

    private final List<Input<?>> inputs = new ArrayList<>();
    private final List<Runnable> answers = new ArrayList<>();
    private final List<Write> writes = new ArrayList<>();
    private ClusterState next;

    Batch(ClusterState state) {
        this.next = state;
    }

    void add(Input<?> input) {
        Input.Decided decided = input.decideOn(next);
        inputs.add(input);
        answers.add(decided.answer());
        writes.addAll(decided.writes());
        next = decided.next();
    }

    ClusterState next() {
        return next;
    }

    List<Write> writes() {
        return writes;
    }

    void answer() {
        answers.forEach(Runnable::run);
    }

    /** @param mayBeDone whether some of it may be recorded all the same */
    void fail(boolean mayBeDone) {
        inputs.forEach(mayBeDone ? Input::answerUnknown : Input::answerNotDone);
    }
}
