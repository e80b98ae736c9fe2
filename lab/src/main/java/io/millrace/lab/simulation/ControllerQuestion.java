package io.millrace.lab.simulation;

import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.lab.simulation.seam.SimCall;
import io.millrace.lab.simulation.seam.SimPeer;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What somebody asks of a broker that may be the controller; without an answer it may be carried out all the same. */
record ControllerQuestion<A>(BiConsumer<ControllerRequests, Consumer<Outcome<A>>> question, Consumer<Outcome<A>> then)
        implements SimCall.Client<Outcome<A>> {
    @Override
    public void serve(SimPeer peer, Consumer<Outcome<A>> reply) {
        question.accept(peer.controller(), reply);
    }

    @Override
    public void onAnswer(Outcome<A> answer) {
        then.accept(answer);
    }

    @Override
    public void onFailure(boolean maybeServed) {
        then.accept(Outcome.no(Refusal.indeterminate(ErrorReason.FORWARDING_FAILED, "no answer")));
    }
}
