package io.millrace.lab.simulation.cluster;

import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.replication.ControllerLink;
import io.millrace.lab.simulation.seam.SimCall;
import io.millrace.lab.simulation.seam.SimNetwork;
import io.millrace.lab.simulation.seam.SimPeer;
import io.millrace.lab.simulation.seam.SimProcess;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** How a broker asks the controller: itself directly, another broker by a call. */
final class SimControllerLink implements ControllerLink {

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(1);

    private final SimNetwork network;
    private final SimProcess process;
    private final BrokerIncarnation self;
    private final Supplier<ClusterImage> image;
    private final Supplier<ControllerRequests> local;

    SimControllerLink(
            SimNetwork network,
            SimProcess process,
            BrokerIncarnation self,
            Supplier<ClusterImage> image,
            Supplier<ControllerRequests> local) {
        this.network = network;
        this.process = process;
        this.self = self;
        this.image = image;
        this.local = local;
    }

    @Override
    public void proposeIsr(IsrProposal proposal, Consumer<IsrVerdict> reply) {
        ask(new Question<IsrVerdict>() {
            @Override
            public void put(ControllerRequests controller, Consumer<IsrVerdict> answer) {
                controller.proposeIsr(proposal, answer);
            }

            @Override
            public void onAnswer(IsrVerdict verdict) {
                reply.accept(verdict);
            }

            @Override
            public void onFailure(boolean maybeServed) {
                reply.accept(
                        IsrVerdict.of(maybeServed ? IsrVerdict.Kind.UNKNOWN_OUTCOME : IsrVerdict.Kind.NOT_CONTROLLER));
            }
        });
    }

    @Override
    public void announceStop(Consumer<OptionalInt> reply) {
        ask(new Question<Outcome<Integer>>() {
            @Override
            public void put(ControllerRequests controller, Consumer<Outcome<Integer>> answer) {
                controller.announceStop(self, answer);
            }

            @Override
            public void onAnswer(Outcome<Integer> answer) {
                reply.accept(answer.fold(OptionalInt::of, refusal -> OptionalInt.empty()));
            }

            @Override
            public void onFailure(boolean maybeServed) {
                reply.accept(OptionalInt.empty());
            }
        });
    }

    private <A> void ask(Question<A> question) {
        BrokerIncarnation controller = image.get().controller();
        if (controller == null) {
            question.onFailure(false);
        } else if (controller.id() == self.id()) {
            question.put(local.get(), question::onAnswer);
        } else {
            network.call(SimHost.address(self.id()), process, SimHost.address(controller.id()), DEADLINE_NS, question);
        }
    }

    /** Something that only the controller knows. */
    private interface Question<A> extends SimCall.Client<A> {

        void put(ControllerRequests controller, Consumer<A> answer);

        @Override
        default void serve(SimPeer peer, Consumer<A> reply) {
            put(peer.controller(), reply);
        }
    }
}
