package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import java.util.List;

/** What {@link Liveness} knows of one incarnation of another broker. Times are the monotonic clock's. */
final class WatchedBroker {

    private static final int FIRST_BEAT_FACTOR = 5;

    final BrokerIncarnation incarnation;
    /** Whether the tree has named it: what only beats have told of may be news that the tree's watch still brings. */
    boolean isKnown;

    boolean isRegistered;
    /** Its beats broke off and none has come since, or it never was heard by a new controller: to be probed. */
    boolean isSuspect;

    boolean isProbing;
    long nextProbeNs;
    boolean isDead;
    /** When it was called dead for its silence alone; meaningless otherwise. */
    long silencedNs;

    boolean wasSilenced;
    /** Whom it cannot hear, as its last beat said. */
    List<BrokerIncarnation> unheard = List.of();

    /** Since when it says that it cannot hear this broker; meaningless while it does not. */
    private long deafSinceNs;

    private boolean isDeaf;
    private boolean hasBeaten;
    private boolean hasEverBeaten;
    private long heardNs;
    private long graceNs;

    WatchedBroker(BrokerIncarnation incarnation, long nowNs) {
        this.incarnation = incarnation;
        this.graceNs = nowNs;
        this.heardNs = nowNs;
    }

    /** From now on it has the whole timeout again. */
    void restartDeadline(long nowNs) {
        graceNs = nowNs;
        deafSinceNs = nowNs;
    }

    /** @param isUnheard whether this broker is among those whom it cannot hear */
    void onBeat(List<BrokerIncarnation> itsUnheard, boolean isUnheard, long nowNs) {
        hasBeaten = true;
        hasEverBeaten = true;
        heardNs = nowNs;
        graceNs = nowNs;
        unheard = itsUnheard;
        if (isUnheard && !isDeaf) {
            deafSinceNs = nowNs;
        }
        isDeaf = isUnheard;
        isSuspect = false;
        isDead = false;
        wasSilenced = false;
    }

    /** What it said before does not count any more. */
    void forget() {
        hasBeaten = false;
        isDeaf = false;
        unheard = List.of();
    }

    void suspect(long nowNs) {
        isSuspect = true;
        nextProbeNs = nowNs;
    }

    /** Who is registered and has never been heard is still starting: it has more time for its first beat. */
    boolean isSilent(long forNs, long nowNs) {
        long patienceNs = isRegistered && !hasEverBeaten ? FIRST_BEAT_FACTOR * forNs : forNs;
        return nowNs - graceNs > patienceNs;
    }

    /** Whether it has been heard within {@code withinNs}, or before a gap in the own loop that restarted deadlines. */
    boolean isHeard(long withinNs, long nowNs) {
        return hasBeaten && !isDead && !isSilent(withinNs, nowNs);
    }

    /** Whether it has said for longer than this that it cannot hear this broker. */
    boolean isDeaf(long forNs, long nowNs) {
        return isDeaf && nowNs - deafSinceNs > forNs;
    }

    /** Whether it speaks for others: it has itself been heard a moment ago. */
    boolean isFresh(long withinNs, long nowNs) {
        return hasBeaten && !isDead && nowNs - heardNs <= withinNs;
    }
}
