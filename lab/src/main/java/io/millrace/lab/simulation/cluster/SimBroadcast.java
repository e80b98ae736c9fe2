package io.millrace.lab.simulation.cluster;

import io.millrace.broker.controller.Broadcast;
import io.millrace.broker.controller.RecordedChunk;
import io.millrace.broker.core.BrokerImage;
import io.millrace.lab.simulation.seam.SimCall;
import io.millrace.lab.simulation.seam.SimNetwork;
import io.millrace.lab.simulation.seam.SimPeer;
import io.millrace.lab.simulation.seam.SimProcess;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** How a controller tells another broker what it has recorded: a call whose end does not matter. */
record SimBroadcast(SimNetwork network, SimProcess process, String from) implements Broadcast {

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(1);

    @Override
    public void tell(BrokerImage to, List<RecordedChunk> chunks) {
        network.call(from, process, SimHost.address(to.incarnation().id()), DEADLINE_NS, new Telling(chunks));
    }

    private record Telling(List<RecordedChunk> chunks) implements SimCall.Client<Boolean> {
        @Override
        public void serve(SimPeer peer, Consumer<Boolean> reply) {
            peer.recorded().onRecorded(chunks);
            reply.accept(true);
        }

        @Override
        public void onAnswer(Boolean told) {
            // The watch brings the same.
        }

        @Override
        public void onFailure(boolean maybeServed) {
            // As above.
        }
    }
}
