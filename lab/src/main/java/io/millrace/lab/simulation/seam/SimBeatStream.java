package io.millrace.lab.simulation.seam;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.liveness.Beat;
import io.millrace.broker.liveness.Beats;
import org.jspecify.annotations.Nullable;

/** One broker's beats to another: a connection that carries nothing else. */
final class SimBeatStream implements Beats.Stream, SimConnection {

    private final SimNetwork network;
    private final String from;
    private final String to;
    private final SimProcess sender;
    private final Runnable onEnded;
    private final SimPipe<Beat> pipe;
    private @Nullable SimPeer receiver;
    private @Nullable BrokerIncarnation heard;
    private boolean over;

    SimBeatStream(SimNetwork network, String from, String to, SimProcess sender, Runnable onEnded) {
        this.network = network;
        this.from = from;
        this.to = to;
        this.sender = sender;
        this.onEnded = onEnded;
        this.pipe = new SimPipe<>(network, from, to, why -> {}, () -> breakApart(network.delayNs()));
    }

    void connect() {
        network.time().after(network.delayNs(), network.time().world(), () -> {
            SimPeer peer = network.peer(to);
            if (network.isCut(from, to) || network.isCut(to, from)) {
                breakApart(network.detectionNs());
            } else if (peer == null) {
                breakApart(network.delayNs());
            } else {
                receiver = peer;
                pipe.deliverTo(
                        peer.process(),
                        beat -> {
                            heard = beat.from();
                            peer.beats().onBeat(beat);
                        },
                        () -> {});
            }
        });
    }

    @Override
    public void send(Beat beat) {
        pipe.send(beat);
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            pipe.end(this::tellReceiver);
            network.ended(this);
        }
    }

    @Override
    public boolean isBetween(SimProcess process) {
        SimPeer peer = receiver;
        return sender == process || (peer != null && peer.process() == process);
    }

    @Override
    public boolean uses(String one, String other) {
        return (from.equals(one) && to.equals(other)) || (from.equals(other) && to.equals(one));
    }

    @Override
    public void breakApart(long withinNs) {
        if (over) {
            return;
        }
        over = true;
        pipe.lose();
        network.time().after(withinNs, sender, onEnded);
        SimPeer peer = receiver;
        if (peer != null) {
            network.time().after(withinNs + network.delayNs(), peer.process(), this::tellReceiver);
        }
        network.ended(this);
    }

    @Override
    public void vanish(boolean silently) {
        breakApart(silently ? network.detectionNs() : network.delayNs());
    }

    private void tellReceiver() {
        BrokerIncarnation gone = heard;
        SimPeer peer = receiver;
        if (gone != null && peer != null) {
            peer.beats().onEnded(gone);
        }
    }
}
