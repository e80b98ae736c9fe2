package io.millrace.broker.core.partition;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.InvariantViolation;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguard;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides in-sync set and high watermark of one partition for as long as this broker leads it in one leader epoch. A new
 * epoch is a new object, so nothing learnt in an older one can count (N8).
 *
 * <p><i>Invariants.</i> INV-HW-1: the high watermark never falls. INV-HW-2: it never passes the counted end of a member of
 * the maximal in-sync set, which is the recorded set and what a proposal in flight adds (N4): the controller may record
 * that proposal at any moment and elect any of them. INV-ISR-1: at most one proposal is in flight.
 *
 * <p>The <i>counted end</i> of a replica is its durable end where the topic's durability is FSYNC and its log end where it
 * is REPLICATED.
 */
public final class PartitionLeader {

    private final BrokerIncarnation self;
    private final ReplicationRules rules;
    private final int leaderEpoch;
    private final long epochStartOffset;
    private final LagClock lagClock;
    private final AppendedBytes appendedBytes;
    private final ProposalInFlight proposal;
    private final SortedMap<Integer, FollowerProgress> followers = new TreeMap<>();

    private PartitionState state;
    private IntFunction<@Nullable BrokerIncarnation> liveBrokers;
    private long logStartOffset;
    private long logEndOffset;
    private long durableEndOffset;
    private long highWatermark;
    /** Somebody must leave, and it has been put off once to see who else. */
    private boolean hasLookedTwice;
    /** Of the last input that brought the time. */
    private long lastNs;

    /**
     * Begins to lead (N8).
     *
     * @param state names {@code self} as leader, with its present incarnation
     * @param liveBrokers incarnation of a live broker by id, null for one that is not live, as last seen
     * @param log ends and start of this broker's log at this moment
     * @param highWatermark the local one, from the time before; below or at the log's end
     */
    public PartitionLeader(
            BrokerIncarnation self,
            PartitionState state,
            IntFunction<@Nullable BrokerIncarnation> liveBrokers,
            ReplicationRules rules,
            LogEnds log,
            long highWatermark,
            long nowNs) {
        InvariantViolation.check(
                state.isLedBy(self) || !rules.safeguards().has(Safeguard.R44_LEADERSHIP_NAMES_THE_INCARNATION),
                "INV-LEAD-1",
                self + " does not lead in " + state);
        this.self = self;
        this.rules = rules;
        this.state = state;
        this.liveBrokers = liveBrokers;
        this.leaderEpoch = state.leaderEpoch();
        this.logStartOffset = log.startOffset();
        this.logEndOffset = log.endOffset();
        this.durableEndOffset = log.durableEndOffset();
        this.epochStartOffset = logEndOffset;
        this.highWatermark = Math.max(highWatermark, logStartOffset);
        this.lagClock = new LagClock(rules.lagMaxNs(), nowNs);
        // Whoever has not opened the partition since is behind from this moment on, also where nothing is appended.
        lagClock.onAppended(logEndOffset, nowNs);
        this.appendedBytes = new AppendedBytes(rules.windowBytes(), logEndOffset);
        this.proposal = new ProposalInFlight(rules, nowNs);
        this.lastNs = nowNs;
        adoptReplicas();
    }

    /** A log's offsets: start inclusive, both ends exclusive. */
    public record LogEnds(long startOffset, long endOffset, long durableEndOffset) {}

    public int leaderEpoch() {
        return leaderEpoch;
    }

    public PartitionState state() {
        return state;
    }

    public long highWatermark() {
        return highWatermark;
    }

    /**
     * Whether everything that an earlier leader may have committed is below this one's high watermark. Before that its
     * high watermark may lie below one that was already announced, so it is not announced (S10).
     */
    public boolean isHighWatermarkProven() {
        return highWatermark >= epochStartOffset;
    }

    /** Whether a write with acks ALL may be appended (N6); where not, it is refused and nothing has happened. */
    public boolean hasEnoughReplicas() {
        return state.isr().size() >= rules.minInsyncReplicas();
    }

    /**
     * Whether something may be appended now (N3): not while an in-sync follower is a whole window behind, so that the fast
     * do not push the slow out of the set; who makes no progress at all leaves it in time.
     */
    public boolean mayAppend() {
        if (!rules.safeguards().has(Safeguard.D12_APPENDS_WAIT_FOR_THE_SLOW)) {
            return true;
        }
        for (FollowerProgress progress : followers.values()) {
            if (state.isr().contains(progress.brokerId)
                    && appendedBytes.behind(countedEnd(progress)) > rules.windowBytes()) {
                return false;
            }
        }
        return true;
    }

    /** What follows from the log as it is; called once, when the shell is ready to carry out effects. */
    public List<LeaderEffect> onStarted() {
        return advance();
    }

    /** This broker's log has grown to {@code endOffset} by a batch of {@code bytes}. */
    public List<LeaderEffect> onAppended(long endOffset, int bytes, long nowNs) {
        InvariantViolation.check(endOffset > logEndOffset, "INV-LOG-1", endOffset + " after " + logEndOffset);
        logEndOffset = endOffset;
        lastNs = nowNs;
        lagClock.onAppended(endOffset, nowNs);
        appendedBytes.onAppended(endOffset, bytes);
        return advance();
    }

    /** This broker's log is durable up to {@code durableEnd}. */
    public List<LeaderEffect> onDurable(long durableEnd) {
        durableEndOffset = Math.max(durableEndOffset, durableEnd);
        return advance();
    }

    /** The log's start has moved. */
    public void onLogStart(long startOffset) {
        logStartOffset = startOffset;
    }

    /** A follower asks to follow (N7, N9): epochs first, then who it is, then where its log left ours. */
    public OpenVerdict onOpen(BrokerIncarnation follower, OpenRequest request, EpochLookup log) {
        if (isOfAnotherEpoch(request.leaderEpoch())) {
            return new OpenVerdict.Rejected(
                    request.leaderEpoch() < leaderEpoch
                            ? OpenVerdict.Why.FENCED_LEADER_EPOCH
                            : OpenVerdict.Why.UNKNOWN_LEADER_EPOCH);
        }
        FollowerProgress progress = followers.get(follower.id());
        if (progress == null) {
            return new OpenVerdict.Rejected(OpenVerdict.Why.NOT_A_REPLICA);
        }
        if (isStale(follower, progress)) {
            return new OpenVerdict.Rejected(OpenVerdict.Why.STALE_BROKER_EPOCH);
        }
        if (!rules.safeguards().has(Safeguard.R14_LEARNT_WHEN_ALL_FITS)) {
            learn(progress, follower, request);
        }
        EpochEnd end = leaderEnd(request, log);
        boolean diverges = end.epoch() < request.lastFetchedEpoch() || end.endOffset() < request.fetchOffset();
        if (diverges && rules.safeguards().has(Safeguard.R2_DIVERGENCE_IS_LOOKED_FOR)) {
            return new OpenVerdict.Diverging(end);
        }
        if (request.fetchOffset() < logStartOffset) {
            return new OpenVerdict.Rejected(OpenVerdict.Why.OUT_OF_RANGE);
        }
        learn(progress, follower, request);
        return new OpenVerdict.Accepted(onProgress());
    }

    private static void learn(FollowerProgress progress, BrokerIncarnation follower, OpenRequest request) {
        progress.incarnation = follower;
        progress.mayBeProposed = !request.isLeaving();
        progress.endOffset = request.fetchOffset();
        progress.durableEndOffset = Math.min(request.durableEndOffset(), request.fetchOffset());
    }

    /**
     * What a follower asks for.
     *
     * @param lastFetchedEpoch epoch of its last batch, -1 where its log is empty
     * @param fetchOffset its log end, exclusive
     * @param isLeaving whether it is about to stop, and is not to be proposed
     */
    public record OpenRequest(
            int leaderEpoch, int lastFetchedEpoch, long fetchOffset, long durableEndOffset, boolean isLeaving) {}

    private EpochEnd leaderEnd(OpenRequest request, EpochLookup log) {
        if (request.lastFetchedEpoch() < 0) {
            return new EpochEnd(request.lastFetchedEpoch(), logEndOffset);
        }
        EpochEnd end = log.endOf(request.lastFetchedEpoch());
        return rules.safeguards().has(Safeguard.R3_END_OF_THE_EPOCH_ASKED_FOR)
                ? end
                : new EpochEnd(request.lastFetchedEpoch(), end.endOffset());
    }

    /** Another incarnation than the live one, or one older than has been heard already (R6, R22). */
    private boolean isStale(BrokerIncarnation follower, FollowerProgress progress) {
        BrokerIncarnation heard = progress.incarnation;
        return heard != null
                && follower.epoch() < heard.epoch()
                && rules.safeguards().has(Safeguard.R22_OLD_INCARNATIONS_ARE_REFUSED);
    }

    private boolean isOfAnotherEpoch(int epoch) {
        return (epoch > leaderEpoch && rules.safeguards().has(Safeguard.D8_FOLLOWERS_OF_OTHERS_DO_NOT_COUNT))
                || (epoch < leaderEpoch && rules.safeguards().has(Safeguard.R6_STALE_FOLLOWERS_ARE_FENCED));
    }

    /**
     * A follower has stored more. Anything that is not from the incarnation that opened, in this epoch, counts for nothing
     * (R6).
     */
    public List<LeaderEffect> onAck(BrokerIncarnation follower, int ackedEpoch, long endOffset, long durableEnd) {
        FollowerProgress progress = followers.get(follower.id());
        if (progress == null || isOfAnotherEpoch(ackedEpoch)) {
            return List.of();
        }
        if (!follower.equals(progress.incarnation)
                && rules.safeguards().has(Safeguard.R22_OLD_INCARNATIONS_ARE_REFUSED)) {
            return List.of();
        }
        if (endOffset > logEndOffset || durableEnd > endOffset) {
            // A peer that is wrong about this log is not a reason to stop; nor may it move anything.
            return List.of();
        }
        progress.endOffset = Math.max(progress.endOffset, endOffset);
        progress.durableEndOffset = Math.max(progress.durableEndOffset, durableEnd);
        return onProgress();
    }

    /**
     * This follower is about to stop. It keeps its place in the in-sync set until the controller takes it, and does not come
     * back into it: until the controller's refusal such a proposal would hold up the high watermark for somebody who will
     * not stay (N4).
     */
    public void onLeaving(BrokerIncarnation follower, int toldInEpoch) {
        if (!isOfAnotherEpoch(toldInEpoch)) {
            onLeft(follower);
        }
    }

    /**
     * This follower's stream is gone. It keeps its place in the in-sync set as long as it is not late, and does not come
     * back into it before it has opened anew, for the same reason.
     */
    public void onLeft(BrokerIncarnation follower) {
        FollowerProgress progress = followers.get(follower.id());
        if (progress != null && follower.equals(progress.incarnation)) {
            progress.mayBeProposed = false;
        }
    }

    /** The recorded state is now {@code newer}: by watch or by a verdict, in any order and any number of times (R20). */
    public List<LeaderEffect> onState(PartitionState newer) {
        if (newer.leaderEpoch() != leaderEpoch || newer.partitionEpoch() <= state.partitionEpoch()) {
            return List.of();
        }
        state = newer;
        proposal.onNewerState();
        adoptReplicas();
        return onProgress();
    }

    /** Who is live has changed: a follower may have become eligible (N1). */
    public List<LeaderEffect> onLiveBrokers(IntFunction<@Nullable BrokerIncarnation> live) {
        liveBrokers = live;
        return onProgress();
    }

    /** The controller has answered a proposal, or could not be asked. */
    public List<LeaderEffect> onVerdict(LeaderEffect.ProposeIsr answered, IsrVerdict verdict, long nowNs) {
        List<LeaderEffect> effects = new ArrayList<>();
        PartitionState known = verdict.state();
        if (known != null) {
            effects.addAll(onState(known));
        }
        if (proposal.onVerdict(answered, verdict.kind(), nowNs)) {
            effects.addAll(advance());
        }
        return effects;
    }

    /** Time has passed: a follower may have fallen behind (N3), a proposal may be due again (R20). */
    public List<LeaderEffect> onTick(long nowNs) {
        lastNs = nowNs;
        if (proposal.isThere()) {
            return proposal.again(nowNs);
        }
        proposal.onTick(nowNs);
        if (!proposal.mayPropose()) {
            return List.of();
        }
        SortedSet<Integer> wanted = joined();
        boolean isShrinking = wanted.removeIf(id -> mustLeave(id, nowNs));
        if (isShrinking && !hasLookedTwice && wanted.stream().anyMatch(id -> isNearlyLate(id, nowNs))) {
            // All who are lost are told of at once: the controller sees then that it may be this leader who is lost.
            hasLookedTwice = true;
            return List.of();
        }
        hasLookedTwice = false;
        return proposeUnlessSame(wanted);
    }

    private boolean mustLeave(int brokerId, long nowNs) {
        return lagNs(brokerId, nowNs) > rules.lagMaxNs();
    }

    /** It will have to leave a tick later, unless it moves. */
    private boolean isNearlyLate(int brokerId, long nowNs) {
        return lagNs(brokerId, nowNs) > rules.lagMaxNs() / 4 * 3;
    }

    private long lagNs(int brokerId, long nowNs) {
        if (brokerId == self.id()) {
            return 0;
        }
        FollowerProgress progress = followers.get(brokerId);
        long end = progress == null ? FollowerProgress.UNKNOWN : reached(progress);
        return end >= logEndOffset ? 0 : nowNs - lagClock.caughtUpUntil(end, nowNs);
    }

    private long reached(FollowerProgress progress) {
        long end = countedEnd(progress);
        return rules.safeguards().has(Safeguard.R34_WHO_HAS_ALL_IS_NOT_LATE) ? end : end - 1;
    }

    private List<LeaderEffect> onProgress() {
        List<LeaderEffect> advanced = advance();
        if (!proposal.mayPropose()) {
            return advanced;
        }
        List<LeaderEffect> proposed = proposeUnlessSame(joined());
        if (proposed.isEmpty()) {
            return advanced;
        }
        List<LeaderEffect> effects = new ArrayList<>(advanced);
        effects.addAll(proposed);
        return effects;
    }

    private SortedSet<Integer> joined() {
        SortedSet<Integer> wanted = new TreeSet<>(state.isr());
        for (FollowerProgress progress : followers.values()) {
            if (canJoin(progress)) {
                wanted.add(progress.brokerId);
            }
        }
        return wanted;
    }

    private List<LeaderEffect> proposeUnlessSame(SortedSet<Integer> wanted) {
        return wanted.equals(new TreeSet<>(state.isr())) ? List.of() : List.of(propose(wanted));
    }

    /** N2. The start of this epoch counts too: below it the local high watermark may be behind the true one (R5). */
    private boolean canJoin(FollowerProgress progress) {
        BrokerIncarnation incarnation = progress.incarnation;
        return incarnation != null
                && progress.mayBeProposed
                && !state.isr().contains(progress.brokerId)
                && incarnation.equals(liveBrokers.apply(progress.brokerId))
                && countedEnd(progress) >= Math.max(highWatermark, joinStart())
                // Or it would be in and out by turns while the high watermark stands still.
                && !mustLeave(progress.brokerId, lastNs);
    }

    private long joinStart() {
        return rules.safeguards().has(Safeguard.R5_JOIN_AT_THE_EPOCH_START) ? epochStartOffset : 0;
    }

    private LeaderEffect propose(SortedSet<Integer> wanted) {
        List<BrokerIncarnation> members = new ArrayList<>();
        for (int id : wanted) {
            members.add(memberIncarnation(id));
        }
        return proposal.propose(state.partitionEpoch(), members);
    }

    private BrokerIncarnation memberIncarnation(int id) {
        if (id == self.id()) {
            return self;
        }
        FollowerProgress progress = followers.get(id);
        BrokerIncarnation seen = progress == null ? null : progress.incarnation;
        // A member that has not opened yet keeps its place whatever its incarnation: that matters of new members only.
        return seen == null ? new BrokerIncarnation(id, FollowerProgress.UNKNOWN) : seen;
    }

    /** N5: over the maximal in-sync set, and only while enough replicas are recorded as in sync (R12, R13). */
    private List<LeaderEffect> advance() {
        if (!hasEnoughReplicas() && rules.safeguards().has(Safeguard.R13_TOO_FEW_IN_SYNC_STAND_STILL)) {
            return List.of();
        }
        long smallest = rules.durability() == Durability.FSYNC ? durableEndOffset : logEndOffset;
        for (FollowerProgress progress : followers.values()) {
            if (inMaximalIsr(progress.brokerId)) {
                smallest = Math.min(smallest, countedEnd(progress));
            }
        }
        if (smallest <= highWatermark) {
            return List.of();
        }
        highWatermark = smallest;
        return List.of(new LeaderEffect.AdvanceHighWatermark(smallest));
    }

    private boolean inMaximalIsr(int brokerId) {
        return state.isr().contains(brokerId) || proposal.adds(brokerId);
    }

    private long countedEnd(FollowerProgress progress) {
        return rules.durability() == Durability.FSYNC ? progress.durableEndOffset : progress.endOffset;
    }

    private void adoptReplicas() {
        followers.keySet().retainAll(state.replicas());
        for (int id : state.replicas()) {
            if (id != self.id()) {
                followers.computeIfAbsent(id, FollowerProgress::new);
            }
        }
    }
}
