package io.millrace.lab.simulation.seam;

import io.millrace.broker.core.controller.ProbeResult;
import io.millrace.broker.group.MemberOpening;
import io.millrace.broker.liveness.Beats;
import io.millrace.broker.liveness.Prober;
import io.millrace.broker.replication.PeerTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The network between brokers and from clients to brokers. Each direction between two addresses can be cut by itself. What
 * is on its way arrives also if its sender has died meanwhile.
 */
public final class SimNetwork {

    private static final long PROBE_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final SimTime time;
    private final NetworkPlan plan;
    private final Chance chance;
    private final TreeMap<String, SimPeer> peers = new TreeMap<>();
    private final TreeSet<String> cuts = new TreeSet<>();
    private final TreeSet<String> speakers = new TreeSet<>();
    private final TreeMap<String, Long> clogs = new TreeMap<>();
    private final TreeSet<String> dark = new TreeSet<>();
    private final List<SimConnection> connections = new ArrayList<>();
    private final List<SimCall<?>> calls = new ArrayList<>();
    private boolean calm;

    public SimNetwork(SimTime time, NetworkPlan plan, Chance chance) {
        this.time = time;
        this.plan = plan;
        this.chance = chance.forUse("network");
    }

    /** Of all that have ever listened or spoken, in order. */
    public List<String> addresses() {
        return List.copyOf(speakers);
    }

    /** {@code peer} is reached at {@code address} from now on. */
    public void listen(String address, SimPeer peer) {
        peers.put(address, peer);
        speakers.add(address);
        dark.remove(address);
    }

    /**
     * Nobody listens there any more.
     *
     * @param silently the host is gone with the process, so nobody tells the other ends of its connections
     */
    public void vanish(String address, boolean silently) {
        if (silently) {
            dark.add(address);
        }
        SimPeer gone = peers.remove(address);
        if (gone == null) {
            return;
        }
        for (SimConnection connection : List.copyOf(connections)) {
            if (connection.isBetween(gone.process())) {
                connection.vanish(silently);
            }
        }
        for (SimCall<?> call : List.copyOf(calls)) {
            if (call.isServedBy(gone.process())) {
                call.fail(silently ? detectionNs() : delayNs(), true);
            }
        }
    }

    /** From now on nothing gets from {@code from} to {@code to}. */
    public void cut(String from, String to) {
        cuts.add(direction(from, to));
        for (SimConnection connection : List.copyOf(connections)) {
            if (connection.uses(from, to)) {
                connection.breakApart(detectionNs());
            }
        }
    }

    public void heal(String from, String to) {
        cuts.remove(direction(from, to));
    }

    /** What is sent from {@code from} to {@code to} within the next {@code forNs} arrives only after that. */
    public void clog(String from, String to, long forNs) {
        clogs.merge(direction(from, to), time.nanoTime() + forNs, Math::max);
    }

    /** All directions are open, and nothing is lost, doubled or broken by chance from now on. */
    public void healAll() {
        cuts.clear();
        clogs.clear();
        calm = true;
    }

    /** Breaks one of the connections that stand, chosen by chance; false where none does. */
    public boolean breakOne() {
        if (connections.isEmpty()) {
            return false;
        }
        chance.oneOf(connections).breakApart(delayNs());
        return true;
    }

    /** What a process at {@code from} opens streams with. */
    public PeerTransport transportOf(String from, SimProcess process) {
        return (to, hello, listener) -> {
            SimStream stream = new SimStream(this, from, to, process, listener);
            connections.add(stream);
            stream.connect(hello);
            return stream.upstream();
        };
    }

    /** Opens a group member's stream. */
    public SimMemberStream join(
            String from,
            SimProcess member,
            String to,
            MemberOpening opening,
            SimMemberStream.Listener listener,
            SimMemberStream.OnTold onTold) {
        speakers.add(from);
        SimMemberStream stream = new SimMemberStream(this, from, to, member, listener, onTold);
        connections.add(stream);
        stream.connect(opening);
        return stream;
    }

    /** What a process at {@code from} sends its beats with. */
    public Beats beatsOf(String from, SimProcess process) {
        return (to, endpoint, onEnded) -> {
            SimBeatStream stream = new SimBeatStream(this, from, endpoint, process, onEnded);
            connections.add(stream);
            stream.connect();
            return stream;
        };
    }

    /** What a process at {@code from} asks with whether anybody listens. */
    public Prober proberOf(String from, SimProcess process) {
        return (to, result) -> time.after(delayNs(), time.world(), () -> {
            ProbeResult found = probe(from, to);
            long backNs = found == ProbeResult.NO_ANSWER ? PROBE_PATIENCE_NS : delayNs();
            time.after(backNs, process, () -> result.accept(found));
        });
    }

    private ProbeResult probe(String from, String to) {
        if (isCut(from, to) || isCut(to, from) || dark.contains(to)) {
            return ProbeResult.NO_ANSWER;
        }
        return peers.containsKey(to) ? ProbeResult.ANSWERED : ProbeResult.REFUSED;
    }

    /** Sends a unary call; it ends once, by an answer, a failure, or after {@code timeoutNs}. */
    public <A> void call(String from, SimProcess caller, String to, long timeoutNs, SimCall.Client<A> client) {
        speakers.add(from);
        SimCall<A> call = new SimCall<>(this, from, to, caller, client);
        calls.add(call);
        call.send(timeoutNs);
    }

    SimTime time() {
        return time;
    }

    @Nullable
    SimPeer peer(String address) {
        return peers.get(address);
    }

    boolean isCut(String from, String to) {
        return cuts.contains(direction(from, to));
    }

    boolean losesUnary() {
        return !calm && chance.perMille(plan.lossPerMille());
    }

    boolean doublesUnary() {
        return !calm && chance.perMille(plan.duplicationPerMille());
    }

    boolean breaksStream() {
        return !calm && chance.perMille(plan.breakPerMille());
    }

    /** Of a message from one address to another. */
    long delayNs(String from, String to) {
        long clogged = clogs.getOrDefault(direction(from, to), 0L) - time.nanoTime();
        return Math.max(0, clogged) + delayNs();
    }

    long delayNs() {
        return chance.between(plan.minDelayNs(), plan.maxDelayNs());
    }

    long detectionNs() {
        return chance.between(plan.maxDelayNs(), plan.detectionMaxNs());
    }

    void ended(SimConnection connection) {
        connections.remove(connection);
    }

    void ended(SimCall<?> call) {
        calls.remove(call);
    }

    private static String direction(String from, String to) {
        return from + ">" + to;
    }
}
