package io.millrace.broker.controller;

import io.millrace.broker.core.controller.ClusterState;
import io.millrace.broker.core.controller.Decision;
import io.millrace.broker.core.controller.Write;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Something that the controller has to decide, and whom to answer.
 *
 * @param isJoinable whether it may share its transaction with others of the kind that come at the same time
 * @param notDone the answer where nothing was written and nothing will be
 * @param unknown the answer where it may have been
 * @param <R> what is answered
 */
record Input<R>(
        boolean isJoinable, Function<ClusterState, Decision<R>> decide, Consumer<R> reply, R notDone, R unknown) {

    Decided decideOn(ClusterState state) {
        Decision<R> decision = decide.apply(state);
        return new Decided(decision.next(), decision.writes(), () -> reply.accept(decision.reply()));
    }

    void answerNotDone() {
        reply.accept(notDone);
    }

    void answerUnknown() {
        reply.accept(unknown);
    }

    /** A decision with its answer bound to it. */
    record Decided(ClusterState next, List<Write> writes, Runnable answer) {}
}
