package io.millrace.lab.simulation.seam;

import io.millrace.broker.runtime.EventLoop.Cancellable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One unary call. Its request or its answer may be lost, and the request may arrive twice.
 *
 * @param <A> the answer
 */
public final class SimCall<A> {

    private final SimNetwork network;
    private final String from;
    private final String to;
    private final SimProcess caller;
    private final Client<A> client;
    private @Nullable SimProcess server;
    private @Nullable Cancellable timeout;
    private int copiesUnderWay;
    private boolean ended;

    /** What is asked, and what the end of it means. */
    public interface Client<A> {

        /** On the process asked; {@code reply} takes the answer, at once or later. */
        void serve(SimPeer peer, Consumer<A> reply);

        /** On the caller. */
        void onAnswer(A answer);

        /** On the caller: there is no answer. {@code maybeServed} is false only where the request surely did not arrive. */
        void onFailure(boolean maybeServed);
    }

    SimCall(SimNetwork network, String from, String to, SimProcess caller, Client<A> client) {
        this.network = network;
        this.from = from;
        this.to = to;
        this.caller = caller;
        this.client = client;
    }

    void send(long timeoutNs) {
        timeout = network.time().after(timeoutNs, caller, () -> end(() -> client.onFailure(true)));
        int copies = network.doublesUnary() ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            if (!network.losesUnary()) {
                copiesUnderWay++;
                network.time().after(network.delayNs(from, to), network.time().world(), this::arrive);
            }
        }
    }

    boolean isServedBy(SimProcess process) {
        return server == process;
    }

    /** The caller learns in {@code delayNs} that there will be no answer. */
    void fail(long delayNs, boolean maybeServed) {
        if (!network.isCut(to, from)) {
            network.time().after(delayNs, caller, () -> end(() -> client.onFailure(maybeServed)));
        }
    }

    private void arrive() {
        copiesUnderWay--;
        if (network.isCut(from, to)) {
            return;
        }
        SimPeer peer = network.peer(to);
        if (peer == null) {
            // Of two copies the other one may have been served by a process that has died since, or will be by the
            // next.
            fail(network.delayNs(), server != null || copiesUnderWay > 0);
            return;
        }
        server = peer.process();
        network.time().after(0, peer.process(), () -> client.serve(peer, this::answer));
    }

    private void answer(A answer) {
        if (!network.losesUnary() && !network.isCut(to, from)) {
            network.time().after(network.delayNs(to, from), caller, () -> end(() -> client.onAnswer(answer)));
        }
    }

    private void end(Runnable news) {
        Cancellable waiting = timeout;
        if (!ended && waiting != null) {
            ended = true;
            waiting.cancel();
            network.ended(this);
            news.run();
        }
    }
}
