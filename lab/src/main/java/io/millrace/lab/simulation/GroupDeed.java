package io.millrace.lab.simulation;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.group.Groups;
import io.millrace.lab.simulation.check.Asked;
import io.millrace.lab.simulation.seam.SimCall;
import io.millrace.lab.simulation.seam.SimPeer;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thing that somebody asks a group's coordinator for: once, so that what became of it is known, or that it is not.
 *
 * @param <A> the answer
 */
final class GroupDeed<A> implements SimCall.Client<Outcome<A>> {

    private final BiConsumer<Groups, Consumer<Outcome<A>>> question;
    private final Asked.@Nullable Request request;
    private final Consumer<Outcome<A>> then;
    private boolean isServed;

    /**
     * @param request null where nothing may come of it
     * @param then takes an indeterminate refusal where there is no answer
     */
    GroupDeed(
            BiConsumer<Groups, Consumer<Outcome<A>>> question,
            Asked.@Nullable Request request,
            Consumer<Outcome<A>> then) {
        this.question = question;
        this.request = request;
        this.then = then;
    }

    @Override
    public void serve(SimPeer peer, Consumer<Outcome<A>> reply) {
        if (!isServed) {
            isServed = true;
            question.accept(peer.groups(), reply);
        }
    }

    @Override
    public void onAnswer(Outcome<A> answer) {
        if (request != null && answer instanceof Outcome.Ok<A>) {
            request.onDone();
        } else if (request != null
                && answer instanceof Outcome.No<A> no
                && no.refusal().definite()) {
            request.onRefused();
        }
        then.accept(answer);
    }

    @Override
    public void onFailure(boolean maybeServed) {
        if (request != null && !maybeServed) {
            request.onRefused();
        }
        then.accept(Outcome.no(Refusal.indeterminate(ErrorReason.FORWARDING_FAILED, "no answer")));
    }
}
