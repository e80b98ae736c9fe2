package io.millrace.lab.simulation.seam;

import io.millrace.broker.replication.FollowerMessage;
import io.millrace.broker.replication.FollowerStreams;
import io.millrace.broker.replication.Hello;
import io.millrace.broker.replication.LeaderMessage;
import io.millrace.broker.replication.PeerStream;
import io.millrace.broker.replication.PeerTransport;
import org.jspecify.annotations.Nullable;

/**
 * One replication stream: in order both ways until it ends. When it breaks, what is under way in either direction may be
 * lost from some point on, and each end notices in its own time.
 */
final class SimStream implements SimConnection {

    private final SimNetwork network;
    private final String from;
    private final String to;
    private final SimProcess follower;
    private final PeerTransport.Listener listener;
    private final SimPipe<FollowerMessage> up;
    private final SimPipe<LeaderMessage> down;
    private @Nullable SimProcess leader;
    private FollowerStreams.@Nullable Session session;
    private boolean followerTold;
    private boolean leaderTold;
    private boolean broken;

    SimStream(SimNetwork network, String from, String to, SimProcess follower, PeerTransport.Listener listener) {
        this.network = network;
        this.from = from;
        this.to = to;
        this.follower = follower;
        this.listener = listener;
        this.up = new SimPipe<>(network, from, to, this::endFrom, () -> breakApart(network.delayNs()));
        this.down = new SimPipe<>(network, to, from, this::endFrom, () -> breakApart(network.delayNs()));
        this.down.deliverTo(follower, listener::onMessage, () -> {});
    }

    PeerStream<FollowerMessage> upstream() {
        return up;
    }

    @Override
    public boolean isBetween(SimProcess process) {
        return follower == process || leader == process;
    }

    @Override
    public boolean uses(String sender, String receiver) {
        return (from.equals(sender) && to.equals(receiver)) || (from.equals(receiver) && to.equals(sender));
    }

    void connect(Hello hello) {
        network.time().after(network.delayNs(), network.time().world(), () -> {
            SimPeer peer = network.peer(to);
            if (network.isCut(from, to) || network.isCut(to, from)) {
                breakApart(network.detectionNs());
            } else if (peer == null) {
                breakApart(network.delayNs());
            } else {
                leader = peer.process();
                network.time().after(0, peer.process(), () -> admit(peer, hello));
            }
        });
    }

    private void admit(SimPeer peer, Hello hello) {
        if (broken) {
            return;
        }
        FollowerStreams.Admission admission = peer.streams().admit(hello, down);
        if (admission instanceof FollowerStreams.Admission.Admitted admitted) {
            FollowerStreams.Session admittedSession = admitted.session();
            session = admittedSession;
            up.deliverTo(peer.process(), admittedSession::onMessage, () -> {});
            down.onDrained(peer.process(), admittedSession::onReady);
            down.tell(listener::onConnected);
        } else {
            endFrom(((FollowerStreams.Admission.Rejected) admission).why());
        }
    }

    /** One end has closed the stream: the other is told in its order, this one at once. */
    private void endFrom(String why) {
        if (broken) {
            return;
        }
        broken = true;
        up.end(() -> tellLeader());
        down.end(() -> tellFollower(why));
        network.ended(this);
    }

    @Override
    public void vanish(boolean silently) {
        if (silently) {
            breakApart(network.detectionNs());
        } else {
            endFrom("the other process has ended");
        }
    }

    @Override
    public void breakApart(long withinNs) {
        if (broken) {
            return;
        }
        broken = true;
        up.lose();
        down.lose();
        network.time().after(withinNs, follower, () -> tellFollower("broken"));
        SimProcess other = leader;
        if (other != null) {
            network.time().after(withinNs + network.delayNs(), other, this::tellLeader);
        }
        network.ended(this);
    }

    private void tellFollower(String why) {
        if (!followerTold) {
            followerTold = true;
            down.lose();
            listener.onClosed(why);
        }
    }

    private void tellLeader() {
        FollowerStreams.Session told = session;
        if (!leaderTold && told != null) {
            leaderTold = true;
            up.lose();
            told.onClosed();
        }
    }
}
