package io.millrace.lab.simulation.seam;

import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.group.MemberOpening;
import io.millrace.broker.group.MemberSession;
import io.millrace.broker.group.MemberStream;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A group member's stream to its coordinator: in order both ways until it ends. When it breaks, what is under way may be
 * lost from some point on, and each end notices in its own time.
 */
public final class SimMemberStream implements SimConnection, MemberStream {

    private final SimNetwork network;
    private final String from;
    private final String to;
    private final SimProcess member;
    private final Listener listener;
    private final OnTold onTold;
    private final SimPipe<Consumer<MemberSession>> up;
    private final SimPipe<Consumer<Listener>> down;
    private @Nullable SimProcess coordinator;
    private @Nullable MemberSession session;
    private boolean isMemberTold;
    private boolean isCoordinatorTold;
    private boolean isOver;
    private boolean isDropped;

    /** What the member hears, on its process; after one of the last three nothing more. */
    public interface Listener {
        void onAssigned(long generation, SortedSet<TopicPartition> partitions);

        void onRefused(Refusal why);

        void onEnd(int coordinator);

        void onBroken();
    }

    /** Who watches what coordinators decide. */
    public interface OnTold {
        void accept(SimMemberStream stream, long generation, SortedSet<TopicPartition> partitions);
    }

    SimMemberStream(SimNetwork network, String from, String to, SimProcess member, Listener listener, OnTold onTold) {
        this.network = network;
        this.from = from;
        this.to = to;
        this.member = member;
        this.listener = listener;
        this.onTold = onTold;
        this.up = new SimPipe<>(network, from, to, why -> {}, () -> breakApart(network.delayNs()));
        this.down = new SimPipe<>(network, to, from, why -> {}, () -> breakApart(network.delayNs()));
        this.down.deliverTo(member, news -> news.accept(listener), () -> {});
    }

    void connect(MemberOpening opening) {
        network.time().after(network.delayNs(), network.time().world(), () -> {
            SimPeer peer = network.peer(to);
            if (network.isCut(from, to) || network.isCut(to, from)) {
                breakApart(network.detectionNs());
            } else if (peer == null) {
                breakApart(network.delayNs());
            } else {
                coordinator = peer.process();
                network.time().after(0, peer.process(), () -> open(peer, opening));
            }
        });
    }

    private void open(SimPeer peer, MemberOpening opening) {
        if (isOver) {
            return;
        }
        MemberSession joined = peer.groups().join(opening, this);
        session = joined;
        up.deliverTo(peer.process(), said -> said.accept(joined), () -> {});
    }

    /** The member says something. */
    public void say(Consumer<MemberSession> word) {
        up.send(word);
    }

    /** The member goes, in good order. */
    public void leave() {
        up.send(joined -> {
            isDropped = true;
            joined.leave();
        });
    }

    /** Whether the coordinator takes the member for connected: it has neither ended the stream nor heard of its end. */
    public boolean isServed() {
        SimProcess serving = coordinator;
        return session != null && !isDropped && serving != null && !serving.isDead();
    }

    /** The member has died, or drops the stream. */
    public void abandon() {
        if (!isOver) {
            isOver = true;
            isMemberTold = true;
            up.end(this::tellCoordinator);
            down.lose();
            network.ended(this);
        }
    }

    @Override
    public void assign(long generation, SortedSet<TopicPartition> partitions) {
        onTold.accept(this, generation, partitions);
        down.send(told -> told.onAssigned(generation, partitions));
    }

    /** Members of a simulated cluster do not ask whether they are heard: their commits show it. */
    @Override
    public void heard(long number) {}

    @Override
    public void refuse(Refusal why) {
        isDropped = true;
        endFrom(told -> told.onRefused(why));
    }

    @Override
    public void end(int other) {
        isDropped = true;
        endFrom(told -> told.onEnd(other));
    }

    private void endFrom(Consumer<Listener> last) {
        if (!isOver) {
            isOver = true;
            isDropped = true;
            isCoordinatorTold = true;
            down.end(() -> tellMember(last));
            network.ended(this);
        }
    }

    @Override
    public boolean isBetween(SimProcess process) {
        return member == process || coordinator == process;
    }

    @Override
    public boolean uses(String sender, String receiver) {
        return (from.equals(sender) && to.equals(receiver)) || (from.equals(receiver) && to.equals(sender));
    }

    @Override
    public void vanish(boolean silently) {
        if (silently) {
            breakApart(network.detectionNs());
        } else {
            endFrom(Listener::onBroken);
        }
    }

    @Override
    public void breakApart(long withinNs) {
        if (isOver) {
            return;
        }
        isOver = true;
        up.lose();
        down.lose();
        network.time().after(withinNs, member, () -> tellMember(Listener::onBroken));
        SimProcess other = coordinator;
        if (other != null) {
            network.time().after(withinNs + network.delayNs(), other, this::tellCoordinator);
        }
        network.ended(this);
    }

    private void tellMember(Consumer<Listener> last) {
        if (!isMemberTold) {
            isMemberTold = true;
            down.lose();
            last.accept(listener);
        }
    }

    private void tellCoordinator() {
        MemberSession joined = session;
        if (!isCoordinatorTold && joined != null) {
            isCoordinatorTold = true;
            isDropped = true;
            up.lose();
            joined.broken();
        }
    }
}
