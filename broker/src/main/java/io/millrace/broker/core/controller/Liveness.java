package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges which of the other brokers are dead, by their beats and by probes. Every broker runs one; what comes of a
 * verdict depends on whether it is in office.
 *
 * <p><b>By proof.</b> A stream of beats ends: the sender is probed until it beats again or a probe is refused. Refused
 * means dead, at once and however many (R48: a new controller begins by probing whomever it does not hear).
 *
 * <p><b>By silence.</b> No beat for the timeout: dead only if somebody else says so too, which is another broker whose
 * beats arrive, or the coordinator, where the registration is gone (R46); with two live brokers nobody else is left to
 * ask, and it takes three times the timeout. Not more than a minority at a time: then it is this broker that cannot hear
 * (R47). A gap in the own inputs gives everybody the whole timeout again, because what was sent meanwhile waits in a queue
 * (R47). Who has only just registered has five times the timeout for its first beat: nothing is led by it yet, and a JVM
 * that starts is slow.
 *
 * <p>Mutable, one owner, no clock: the time comes in and never goes back.
 */
public final class Liveness {

    private static final long PROBE_PAUSE_NS = 50_000_000;
    private static final long STALL_NS = 300_000_000;

    /** With nobody else to ask a judge takes more time: two that stall by turns would else take each other for dead. */
    private static final int ALONE_FACTOR = 3;

    /** Whom the tree has never named is forgotten after so many timeouts without a beat. */
    private static final int FORGET_FACTOR = 5;

    private final BrokerIncarnation self;
    private final long timeoutNs;
    private final Safeguards safeguards;
    private final TreeMap<Integer, WatchedBroker> brokers = new TreeMap<>();
    /** Later incarnations of known ones, that only beats have told of: anybody's word, until the tree says so too. */
    private final TreeMap<Integer, WatchedBroker> ahead = new TreeMap<>();

    private List<LivenessEffect> effects = new ArrayList<>();
    private boolean inOffice;
    private boolean hasResigned;
    private long inputNs;

    /**
     * @param timeoutNs without a beat for longer than this a broker is silent
     * @param safeguards all of them, but in tests
     */
    public Liveness(BrokerIncarnation self, long timeoutNs, long nowNs, Safeguards safeguards) {
        this.self = self;
        this.timeoutNs = timeoutNs;
        this.safeguards = safeguards;
        this.inputNs = nowNs;
    }

    /** The other brokers, each in its newest incarnation; who is missing has begun anew and is not registered yet. */
    public List<LivenessEffect> onKnown(Collection<KnownBroker> known, long nowNs) {
        onInput(nowNs);
        TreeSet<Integer> ids = new TreeSet<>();
        for (KnownBroker one : known) {
            ids.add(one.incarnation().id());
            WatchedBroker watched = watchKnown(one.incarnation(), nowNs);
            if (watched != null) {
                if (watched.isRegistered && !one.isRegistered()) {
                    // Registrations may go all at once, after an outage that was also one of the network (R46).
                    watched.restartDeadline(nowNs);
                }
                watched.isKnown = true;
                watched.isRegistered = one.isRegistered();
            }
        }
        brokers.values().removeIf(watched -> watched.isKnown && !ids.contains(watched.incarnation.id()));
        ahead.forEach(brokers::putIfAbsent);
        ahead.values().removeIf(watched -> brokers.containsValue(watched));
        return taken();
    }

    /** This broker has become controller, or has ceased to be. */
    public List<LivenessEffect> onOffice(boolean nowInOffice, long nowNs) {
        onInput(nowNs);
        inOffice = nowInOffice;
        hasResigned = false;
        if (nowInOffice) {
            brokers.values().forEach(watched -> examine(watched, nowNs));
            probe(nowNs);
        }
        return taken();
    }

    /** @param unheard whom the sender cannot hear */
    public List<LivenessEffect> onBeat(BrokerIncarnation from, List<BrokerIncarnation> unheard, long nowNs) {
        onInput(nowNs);
        WatchedBroker watched = isAhead(from) ? watch(ahead, from, nowNs) : watch(brokers, from, nowNs);
        if (watched != null) {
            boolean wasDead = watched.isDead;
            watched.onBeat(unheard, unheard.contains(self), nowNs);
            if (wasDead) {
                effects.add(new LivenessEffect.Returned(from));
            }
        }
        return taken();
    }

    /** A stream on which {@code from} sent its beats has ended. */
    public List<LivenessEffect> onStreamBroken(BrokerIncarnation from, long nowNs) {
        onInput(nowNs);
        WatchedBroker watched = watched(from);
        if (watched != null && !watched.isDead) {
            watched.suspect(nowNs);
            probe(nowNs);
        }
        return taken();
    }

    /** What came of a {@link LivenessEffect.Probe}; each is answered once. */
    public List<LivenessEffect> onProbeResult(BrokerIncarnation broker, ProbeResult result, long nowNs) {
        onInput(nowNs);
        WatchedBroker watched = watched(broker);
        if (watched != null) {
            watched.isProbing = false;
            watched.nextProbeNs = nowNs + PROBE_PAUSE_NS;
            if (watched.isSuspect && result == ProbeResult.REFUSED) {
                die(watched, "its beats have ended and its address refuses connections");
            }
        }
        return taken();
    }

    /** To be called at least every 100 ms: a gap of more than 300 ms between any two inputs is taken for a stall. */
    public List<LivenessEffect> onTick(long nowNs) {
        onInput(nowNs);
        probe(nowNs);
        judgeSilent(nowNs);
        forgetUnknown(nowNs);
        return taken();
    }

    /** Who lives as far as this broker can hear. */
    public SortedSet<BrokerIncarnation> heard(long nowNs) {
        TreeSet<BrokerIncarnation> heard = new TreeSet<>(BrokerIncarnation.ORDER);
        brokers.values().stream()
                .filter(watched -> watched.isHeard(timeoutNs, nowNs))
                .forEach(watched -> heard.add(watched.incarnation));
        return heard;
    }

    /** Whom the own beats have to name: not heard for half of the timeout. */
    public List<BrokerIncarnation> unheard(long nowNs) {
        return brokers.values().stream()
                .filter(watched -> watched.isSilent(timeoutNs / 2, nowNs))
                .map(watched -> watched.incarnation)
                .toList();
    }

    /**
     * Who lives, as others hear, and is out of touch with this broker all the same: it has not been heard for the timeout,
     * or says for as long that it does not hear this one. If this one is the controller, such a leader can have no change
     * of its in-sync set recorded. Nobody where it is more than a minority, or there is nobody else to ask: then it may be
     * this broker that is cut off.
     */
    public List<BrokerIncarnation> outOfTouch(long nowNs) {
        List<BrokerIncarnation> found = brokers.values().stream()
                .filter(watched -> watched.isRegistered && !watched.isDead)
                // They name whom they have not heard for half of it.
                .filter(watched -> watched.isSilent(timeoutNs, nowNs) || watched.isDeaf(timeoutNs / 2, nowNs))
                .map(watched -> watched.incarnation)
                .toList();
        boolean isBelieved = safeguards.has(Safeguard.D12_WHO_IS_OUT_OF_TOUCH_HANDS_OVER)
                && liveCount(nowNs) >= 3
                && isMinority(found.size(), nowNs);
        return isBelieved ? found : List.of();
    }

    private void onInput(long nowNs) {
        if (nowNs - inputNs > STALL_NS && safeguards.has(Safeguard.R47_OWN_STALL)) {
            brokers.values().forEach(watched -> watched.restartDeadline(nowNs));
        }
        inputNs = nowNs;
    }

    /**
     * At the beginning of a term: a verdict stands until its broker is heard, and is said again for whoever has taken
     * office; all others have the whole timeout.
     */
    private void examine(WatchedBroker watched, long nowNs) {
        if (watched.isDead) {
            effects.add(new LivenessEffect.Dead(watched.incarnation, "it has not been heard since it was found dead"));
            return;
        }
        boolean isHeard = watched.isHeard(timeoutNs, nowNs);
        watched.restartDeadline(nowNs);
        if (isHeard) {
            return;
        }
        watched.forget();
        if (safeguards.has(Safeguard.R48_PROBE_ON_ELECTION)) {
            watched.suspect(nowNs);
        }
    }

    private void probe(long nowNs) {
        for (WatchedBroker watched : brokers.values()) {
            if (watched.isSuspect && !watched.isDead && !watched.isProbing && nowNs >= watched.nextProbeNs) {
                watched.isProbing = true;
                effects.add(new LivenessEffect.Probe(watched.incarnation));
            }
        }
    }

    private void judgeSilent(long nowNs) {
        List<WatchedBroker> condemned = new ArrayList<>();
        for (WatchedBroker watched : brokers.values()) {
            if (watched.isDead || !watched.isSilent(timeoutNs, nowNs)) {
                continue;
            }
            if (!watched.isRegistered) {
                die(watched, "it is neither heard nor registered");
            } else if (isConfirmed(watched, nowNs)) {
                condemned.add(watched);
            }
        }
        if (condemned.isEmpty() || isMinority(condemned.size(), nowNs)) {
            condemned.forEach(watched -> silence(watched, nowNs));
        } else {
            resign(condemned);
        }
    }

    private boolean isConfirmed(WatchedBroker silent, long nowNs) {
        if (liveCount(nowNs) < 3) {
            return silent.isSilent(ALONE_FACTOR * timeoutNs, nowNs) || !safeguards.has(Safeguard.R47_WITNESS);
        }
        return !safeguards.has(Safeguard.R47_WITNESS)
                || brokers.values().stream()
                        .anyMatch(other ->
                                other.isFresh(timeoutNs / 2, nowNs) && other.unheard.contains(silent.incarnation));
    }

    private boolean isMinority(int condemned, long nowNs) {
        int live = liveCount(nowNs);
        int most = live < 3 ? 1 : (live - 1) / 2;
        return condemned + silencedLately(nowNs) <= most || !safeguards.has(Safeguard.R47_MINORITY);
    }

    /** This broker, those that may live, and those that did until a moment ago. */
    private int liveCount(long nowNs) {
        long others = brokers.values().stream()
                .filter(watched -> !watched.isDead && (watched.isRegistered || watched.isHeard(timeoutNs, nowNs)))
                .count();
        return 1 + (int) others + silencedLately(nowNs);
    }

    private int silencedLately(long nowNs) {
        return (int) brokers.values().stream()
                .filter(watched -> watched.wasSilenced && nowNs - watched.silencedNs < timeoutNs)
                .count();
    }

    private void silence(WatchedBroker watched, long nowNs) {
        watched.wasSilenced = true;
        watched.silencedNs = nowNs;
        die(watched, "it has not been heard for " + timeoutNs / 1_000_000 + " ms");
    }

    private void die(WatchedBroker watched, String why) {
        watched.isDead = true;
        watched.forget();
        effects.add(new LivenessEffect.Dead(watched.incarnation, why));
    }

    private void resign(List<WatchedBroker> condemned) {
        if (inOffice && !hasResigned) {
            hasResigned = true;
            effects.add(new LivenessEffect.Resign("so many are silent that it may be this broker that cannot hear: "
                    + condemned.stream().map(watched -> watched.incarnation).toList()));
        }
    }

    private void forgetUnknown(long nowNs) {
        long patienceNs = FORGET_FACTOR * timeoutNs;
        brokers.values().removeIf(watched -> !watched.isKnown && watched.isSilent(patienceNs, nowNs));
        ahead.values().removeIf(watched -> watched.isSilent(patienceNs, nowNs));
    }

    private @Nullable WatchedBroker watched(BrokerIncarnation broker) {
        WatchedBroker watched = brokers.get(broker.id());
        return watched == null || !watched.incarnation.equals(broker) ? null : watched;
    }

    /** Whether the tree knows an earlier one, which is not given up for a beat that anybody may have sent. */
    private boolean isAhead(BrokerIncarnation broker) {
        WatchedBroker watched = brokers.get(broker.id());
        return watched != null && watched.isKnown && watched.incarnation.epoch() < broker.epoch();
    }

    /** What the tree names goes before what only beats have told of. */
    private @Nullable WatchedBroker watchKnown(BrokerIncarnation broker, long nowNs) {
        WatchedBroker early = ahead.get(broker.id());
        WatchedBroker watched = brokers.get(broker.id());
        boolean isUnknown = watched != null && !watched.isKnown && !watched.incarnation.equals(broker);
        if (early != null && early.incarnation.equals(broker)) {
            brokers.put(broker.id(), early);
            ahead.remove(broker.id());
        } else if (isUnknown) {
            brokers.remove(broker.id());
        }
        return watch(brokers, broker, nowNs);
    }

    /** The one that is watched from now on; null where a later incarnation is watched already. */
    private static @Nullable WatchedBroker watch(
            Map<Integer, WatchedBroker> among, BrokerIncarnation broker, long nowNs) {
        WatchedBroker watched = among.get(broker.id());
        if (watched == null || watched.incarnation.epoch() < broker.epoch()) {
            watched = new WatchedBroker(broker, nowNs);
            among.put(broker.id(), watched);
        }
        return watched.incarnation.equals(broker) ? watched : null;
    }

    private List<LivenessEffect> taken() {
        List<LivenessEffect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }
}
