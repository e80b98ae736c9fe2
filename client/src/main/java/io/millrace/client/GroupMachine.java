package io.millrace.client;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.LeaderHint;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides about one consumer's membership of its group: where its session is, what it may read, and when it must assume
 * that it was expelled.
 *
 * <p>Pure: no clock, thread or connection; one owner.
 *
 * <p><b>When is it too late?</b> The coordinator gives a member's partitions away after its session timeout without a
 * heartbeat, counted from when the last one <em>arrived</em>. It answers each, and the member counts its session timeout
 * from when the last answered one was <em>sent</em>, which is earlier, so it stops before the coordinator gives anything
 * away. A process that was stopped for long finds that out before it does anything else. Where heartbeats are not answered
 * for a while the broker hangs, or the network drops what is sent: the member looks elsewhere under the same id.
 *
 * <p>A stream that breaks leaves less time: its coordinator waits 2 s for another one. The stream was whole a moment before
 * the last heartbeat, or its end would have been seen then; so nothing is handed out from 2 s after that one, until a
 * stream works again. Where a broker hangs that says nothing, and the last heartbeat that was answered counts. With an instance id the
 * coordinator waits for the session timeout, and so does the member.
 */
final class GroupMachine {
    /** How long the coordinator waits for a member whose stream broke. */
    private static final long BROKEN_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long MAX_HEARTBEAT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long MIN_SILENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MAX_SILENCE_NS = TimeUnit.SECONDS.toNanos(2);

    /** Within which a coordinator that has nothing to wait for answers an opening. */
    private static final long PROMPT_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long SHORT_NS = TimeUnit.SECONDS.toNanos(1);

    private final long sessionTimeoutNs;
    private final boolean isStatic;
    private final Routes routes;
    private final GroupEffects effects;
    private final Supplier<String> ids;
    private final CoordinatorTries tries;

    private boolean isMember;
    private int membership;
    private String memberId = "";
    private long generation;
    private final Set<OwnedPartition> told = new LinkedHashSet<>();
    private final Set<OwnedPartition> holds = new LinkedHashSet<>();
    private final Set<OwnedPartition> releasing = new LinkedHashSet<>();

    private long streamId = -1;
    private long lastStreamId;
    private String endpoint = "";
    private boolean isWorking;
    private boolean mustTell;
    private long openedNs;
    private long spokeNs;
    /** The last heartbeat on a stream that worked. */
    private long sentNs;

    private long provenNs;
    /** Heartbeats of this stream that were not answered, in their order. */
    private final ArrayDeque<Heartbeat> unheard = new ArrayDeque<>();

    private long lastNumber;
    /** When the last heartbeat of this stream that was answered was sent. */
    private long waitedNs;

    private record Heartbeat(long number, long sentNs) {}

    /** @param ids of members, a new one each time */
    GroupMachine(GroupConfig config, Routes routes, GroupEffects effects, DoubleSupplier random, Supplier<String> ids) {
        this.sessionTimeoutNs = TimeUnit.MILLISECONDS.toNanos(config.sessionTimeoutMs());
        this.isStatic = config.instanceId() != null;
        this.routes = routes;
        this.effects = effects;
        this.ids = ids;
        this.tries = new CoordinatorTries(routes, random);
    }

    void join() {
        isMember = true;
        renew();
    }

    private void renew() {
        membership++;
        memberId = ids.get();
        generation = 0;
        told.clear();
        holds.clear();
        releasing.clear();
    }

    String memberId() {
        return memberId;
    }

    /** The one that the member was told last. */
    long generation() {
        return generation;
    }

    /** Raised whenever all is lost. */
    int membership() {
        return membership;
    }

    /** The coordinator, as far as known. */
    @Nullable
    String coordinator() {
        return isWorking ? endpoint : null;
    }

    /** A number of the stream that works; -1 where none does. */
    long session() {
        return isWorking ? streamId : -1;
    }

    /** The first moment at which no record may be handed out any more if nothing else happens. */
    long readableUntilNs() {
        long untilNs = provenNs + sessionTimeoutNs;
        return isWorking || isStatic ? untilNs : Math.min(untilNs - sentNs, BROKEN_NS) + sentNs;
    }

    void onAssignment(long stream, long newGeneration, Set<OwnedPartition> partitions, long nowNs) {
        if (stream != streamId || !isMember) {
            return;
        }
        if (isTooLate(nowNs)) {
            // What comes out of a socket's buffer after a long sleep says nothing about now.
            lose("not heard for the session timeout");
            return;
        }
        onWorking();
        if (newGeneration >= generation) {
            generation = newGeneration;
            told.clear();
            told.addAll(partitions);
            compare();
            effects.enter(newGeneration);
        }
    }

    private void onWorking() {
        routes.onAnswer(endpoint);
        if (!isWorking) {
            isWorking = true;
            // What answers has read the opening, and what was heard since.
            provenNs = openedNs + Math.max(0, waitedNs - openedNs);
            sentNs = openedNs + Math.max(0, spokeNs - openedNs);
            tries.onWorking(endpoint);
            effects.tell(null);
            effects.holdUp(null);
        }
    }

    private void compare() {
        Set<OwnedPartition> gone = new LinkedHashSet<>(holds);
        gone.removeAll(told);
        gone.removeAll(releasing);
        if (!gone.isEmpty()) {
            releasing.addAll(gone);
            effects.revoke(membership, gone);
        }
        Set<OwnedPartition> come = new LinkedHashSet<>(told);
        come.removeAll(holds);
        if (!come.isEmpty()) {
            holds.addAll(come);
            effects.assign(come);
        }
    }

    /** They are read no more, and what was read of them is committed. */
    void onReleased(int ofMembership, Set<OwnedPartition> partitions) {
        if (ofMembership != membership) {
            return;
        }
        Set<OwnedPartition> released = new LinkedHashSet<>(partitions);
        released.retainAll(releasing);
        releasing.removeAll(released);
        holds.removeAll(released);
        mustTell |= !released.isEmpty();
        // Told of them again meanwhile: for the coordinator they have never been away.
        compare();
    }

    /** @param hint where to go on, empty where the coordinator does not know */
    void onEnd(long stream, String hint, long nowNs) {
        if (stream != streamId) {
            return;
        }
        boolean hasWorked = isWorking;
        drop();
        if (hasWorked) {
            tries.onMoved(hint.isEmpty() ? null : hint);
            restIfShort(nowNs);
        } else {
            tries.onRedirected(endpoint, hint.isEmpty() ? null : hint, nowNs);
        }
    }

    /** What has worked is tried again at once, unless it goes on like that. */
    private void restIfShort(long nowNs) {
        if (nowNs - openedNs < SHORT_NS) {
            tries.onRefused(nowNs);
        }
    }

    void onClosed(long stream, MillraceException failure, long nowNs) {
        if (stream != streamId) {
            return;
        }
        boolean hasWorked = isWorking;
        forget();
        if (failure.kind() == Kind.REFUSED) {
            onRefused(failure, hasWorked, nowNs);
        } else if (hasWorked) {
            restIfShort(nowNs);
        } else {
            onSilent(failure, nowNs);
        }
    }

    private void onRefused(MillraceException failure, boolean hasWorked, long nowNs) {
        routes.onAnswer(endpoint);
        switch (failure.reason()) {
            case ERROR_REASON_UNKNOWN_MEMBER -> {
                boolean isNew = generation == 0 && !hasWorked;
                lose("the coordinator took this member for gone");
                if (isNew) {
                    tries.onRefused(nowNs);
                } else {
                    restIfShort(nowNs);
                }
            }
            case ERROR_REASON_NOT_GROUP_COORDINATOR -> {
                String hint = failure.leader().map(LeaderHint::getEndpoint).orElse("");
                tries.onRedirected(endpoint, hint.isEmpty() ? null : hint, nowNs);
            }
            case ERROR_REASON_BROKER_NOT_READY -> tries.onSilent(endpoint, nowNs);
            default -> {
                tries.onRefused(nowNs);
                if (isWorthTelling(failure)) {
                    effects.tell(failure);
                }
            }
        }
    }

    /** It will not pass by itself, or has kept the member out from the first. */
    private boolean isWorthTelling(MillraceException failure) {
        boolean isOfLoad = failure.reason() == ErrorReason.ERROR_REASON_LIMIT_EXCEEDED;
        return !RetryRules.mayRetry(failure, true, 0) && !(isOfLoad && generation > 0);
    }

    private void onSilent(MillraceException failure, long nowNs) {
        routes.onSilence(endpoint, String.valueOf(failure.getMessage()));
        tries.onSilent(endpoint, nowNs);
        if (RetryRules.isNoBroker(failure, routes.hasAnswered())) {
            effects.tell(failure);
        } else if (routes.isEachSilent()) {
            // Brokers come back, and a busy machine may make all of them look dead: that is waited for.
            effects.holdUp(routes.unanswered(failure));
        }
    }

    /** The coordinator has read what was sent up to then. */
    void onHeard(long stream, long number) {
        while (stream == streamId && !unheard.isEmpty() && unheard.element().number() <= number) {
            long heardNs = unheard.remove().sentNs();
            provenNs = isWorking ? heardNs : provenNs;
            waitedNs = heardNs;
        }
    }

    private void leaveSilent(MillraceException failure, long nowNs) {
        sentNs = provenNs;
        drop();
        onSilent(failure, nowNs);
    }

    /** A commit was told so. */
    void onUnknownMember(String id) {
        if (isMember && id.equals(memberId)) {
            // The stream need not know it yet, and must not speak for a member that is no more.
            drop();
            lose("the coordinator took this member for gone");
        }
    }

    /** Gives up all; the partitions have been let go of. A member with an instance id goes without a word: it comes back. */
    void leave() {
        isMember = false;
        if (isWorking && !isStatic) {
            effects.leave(streamId);
            forget();
        } else {
            drop();
        }
        renew();
    }

    /** To be called often. */
    void pump(long nowNs) {
        if (!isMember) {
            return;
        }
        if (isTooLate(nowNs)) {
            lose("not heard for the session timeout");
        }
        if (streamId < 0) {
            if (tries.mayTry(nowNs)) {
                open(nowNs);
            }
        } else if (!isWorking && nowNs - openedNs >= sessionTimeoutNs) {
            // It lives, as its answers say: it may wait for other members, but not for ever.
            leaveSilent(silence(), nowNs);
        } else if (isSilent(nowNs)) {
            leaveSilent(silence(), nowNs);
        } else {
            speak(nowNs);
        }
    }

    private boolean isSilent(long nowNs) {
        Heartbeat oldest = unheard.peek();
        long patienceNs = Math.max(MIN_SILENCE_NS, Math.min(MAX_SILENCE_NS, sessionTimeoutNs / 3));
        return oldest != null && nowNs - oldest.sentNs() >= patienceNs;
    }

    private boolean isTooLate(long nowNs) {
        return generation > 0 && nowNs - provenNs >= sessionTimeoutNs;
    }

    private MillraceException silence() {
        return MillraceException.noAnswer(endpoint, Certainty.CERTAINTY_INDETERMINATE);
    }

    private void open(long nowNs) {
        lastStreamId++;
        streamId = lastStreamId;
        endpoint = tries.next();
        openedNs = nowNs;
        // The first one soon: its answer says whether anybody is there.
        spokeNs = nowNs + Math.min(0, PROMPT_NS - heartbeatNs());
        lastNumber = 0;
        waitedNs = nowNs;
        mustTell = false;
        effects.open(streamId, endpoint, memberId, generation, Set.copyOf(holds));
    }

    private void speak(long nowNs) {
        if (mustTell || nowNs - spokeNs >= heartbeatNs()) {
            mustTell = false;
            spokeNs = nowNs;
            sentNs = isWorking ? nowNs : sentNs;
            lastNumber++;
            unheard.add(new Heartbeat(lastNumber, nowNs));
            effects.heartbeat(streamId, lastNumber, generation, Set.copyOf(holds));
        }
    }

    private long heartbeatNs() {
        return Math.min(MAX_HEARTBEAT_NS, sessionTimeoutNs / 3);
    }

    private void lose(String why) {
        if (streamId >= 0) {
            // The coordinator may still take it for a member, and then need not wait for it.
            effects.leave(streamId);
            forget();
        }
        boolean hadAnything = !holds.isEmpty();
        renew();
        if (hadAnything) {
            effects.lose(why);
        }
        effects.enter(generation);
    }

    private void drop() {
        if (streamId >= 0) {
            effects.cancel(streamId);
            forget();
        }
    }

    private void forget() {
        streamId = -1;
        isWorking = false;
        unheard.clear();
    }
}
