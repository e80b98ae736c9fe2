package io.millrace.lab.simulation.cluster;

import io.millrace.broker.controller.ControllerRequests;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.replication.ControllerLink;
import io.millrace.lab.simulation.seam.SimCall;
import io.millrace.lab.simulation.seam.SimNetwork;
import io.millrace.lab.simulation.seam.SimPeer;
import io.millrace.lab.simulation.seam.SimProcess;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** How a leader asks the controller: itself directly, another broker by a call. */
final class SimControllerLink implements ControllerLink {

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(1);

    private final SimNetwork network;
    private final SimProcess process;
    private final int self;
    private final Supplier<ClusterImage> image;
    private final Supplier<ControllerRequests> local;

    SimControllerLink(
            SimNetwork network,
            SimProcess process,
            int self,
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
        BrokerIncarnation controller = image.get().controller();
        if (controller == null) {
            reply.accept(IsrVerdict.of(IsrVerdict.Kind.NOT_CONTROLLER));
        } else if (controller.id() == self) {
            local.get().proposeIsr(proposal, reply);
        } else {
            network.call(
                    SimHost.address(self),
                    process,
                    SimHost.address(controller.id()),
                    DEADLINE_NS,
                    new Asking(proposal, reply));
        }
    }

    private record Asking(IsrProposal proposal, Consumer<IsrVerdict> reply) implements SimCall.Client<IsrVerdict> {
        @Override
        public void serve(SimPeer peer, Consumer<IsrVerdict> answer) {
            peer.controller().proposeIsr(proposal, answer);
        }

        @Override
        public void onAnswer(IsrVerdict verdict) {
            reply.accept(verdict);
        }

        @Override
        public void onFailure(boolean maybeServed) {
            reply.accept(IsrVerdict.of(maybeServed ? IsrVerdict.Kind.UNKNOWN_OUTCOME : IsrVerdict.Kind.NOT_CONTROLLER));
        }
    }
}
