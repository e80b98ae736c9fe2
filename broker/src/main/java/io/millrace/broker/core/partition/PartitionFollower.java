package io.millrace.broker.core.partition;

import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import java.util.List;

/**
 * Decides what one replica does while it follows one leader in one leader epoch: where to cut, what to append, how far the
 * high watermark is. A new epoch is a new object and begins with the whole valid log (N10): only an answer of the leader
 * of this very epoch may cut it, never a checkpoint and never the high watermark (R1).
 *
 * <p><i>Invariants.</i> INV-CUT-1: nothing below the high watermark is ever cut; where a leader asks for it the partition
 * halts. INV-HW-3: log start &le; high watermark &le; log end.
 */
public final class PartitionFollower {

    private final int leaderEpoch;
    private final Safeguards safeguards;
    private boolean mustKeepLog;
    private boolean following;
    private boolean halted;
    private long highWatermark;

    /**
     * Begins to follow, with the whole log.
     *
     * @param highWatermark the local one, from the time before
     * @param safeguards all of them, but in tests
     */
    public PartitionFollower(int leaderEpoch, long highWatermark, Safeguards safeguards) {
        this.leaderEpoch = leaderEpoch;
        this.highWatermark = highWatermark;
        this.safeguards = safeguards;
        this.mustKeepLog = safeguards.has(Safeguard.R1_LOG_IS_KEPT);
    }

    public long highWatermark() {
        return highWatermark;
    }

    /** A stream to the leader stands: everything sent on an earlier one is forgotten. */
    public List<FollowerEffect> onConnected() {
        following = false;
        if (halted) {
            return List.of();
        }
        if (!mustKeepLog) {
            mustKeepLog = true;
            return List.of(new FollowerEffect.TruncateTo(highWatermark), new FollowerEffect.SendOpen());
        }
        return List.of(new FollowerEffect.SendOpen());
    }

    /** The stream is gone. */
    public void onDisconnected() {
        following = false;
    }

    /** The leader begins to send. */
    public List<FollowerEffect> onOpened(int epoch, long leaderHighWatermark, long logEndOffset) {
        if (isStrange(epoch)) {
            return List.of();
        }
        following = true;
        return raiseTo(leaderHighWatermark, logEndOffset);
    }

    /**
     * The logs differ: cut where both agree for certain, and ask again (N9). Each round cuts at least one batch, so the
     * rounds end.
     */
    public List<FollowerEffect> onDiverging(int epoch, EpochEnd leaderEnd, EpochLookup log) {
        if (isStrange(epoch)) {
            return List.of();
        }
        following = false;
        long own = log.endOf(leaderEnd.epoch()).endOffset();
        long cut = Math.min(own, leaderEnd.endOffset());
        if (cut < highWatermark) {
            return halt("INV-CUT-1: the leader of epoch " + leaderEpoch + " asks to cut at " + cut
                    + ", below the high watermark " + highWatermark);
        }
        return List.of(new FollowerEffect.TruncateTo(cut), new FollowerEffect.SendOpen());
    }

    /**
     * Batches have come, or only a high watermark.
     *
     * @return whether they may be appended; the shell does so and calls {@link #onAppended}
     */
    public boolean accepts(int epoch) {
        return !isStrange(epoch) && following;
    }

    /** What {@link #accepts} let through is in the log. */
    public List<FollowerEffect> onAppended(long leaderHighWatermark, long logEndOffset) {
        return raiseTo(leaderHighWatermark, logEndOffset);
    }

    /**
     * The leader refuses.
     *
     * @param leaderLogStart where its log begins, with OUT_OF_RANGE
     */
    public List<FollowerEffect> onRejected(int epoch, OpenVerdict.Why why, long leaderLogStart, long logEndOffset) {
        if (isStrange(epoch)) {
            return List.of();
        }
        following = false;
        if (why == OpenVerdict.Why.OUT_OF_RANGE) {
            return onOutOfRange(leaderLogStart, logEndOffset);
        }
        return List.of(new FollowerEffect.SendOpenLater());
    }

    /** N11. The other direction, an end beyond the leader's, is a divergence (N9) and cannot arrive here. */
    private List<FollowerEffect> onOutOfRange(long leaderLogStart, long logEndOffset) {
        if (leaderLogStart <= logEndOffset) {
            return halt("INV-RANGE-1: the leader refuses offset " + logEndOffset + " though its log begins at "
                    + leaderLogStart);
        }
        if (safeguards.has(Safeguard.R10_WATERMARK_FOLLOWS_THE_START)) {
            highWatermark = Math.max(highWatermark, leaderLogStart);
        }
        return List.of(
                new FollowerEffect.ResetTo(leaderLogStart),
                new FollowerEffect.SetHighWatermark(highWatermark),
                new FollowerEffect.SendOpen());
    }

    private List<FollowerEffect> raiseTo(long leaderHighWatermark, long logEndOffset) {
        long known = safeguards.has(Safeguard.R9_DIVERGENCE_COMES_FIRST)
                ? Math.min(leaderHighWatermark, logEndOffset)
                : leaderHighWatermark;
        long raised = Math.max(highWatermark, known);
        if (raised == highWatermark) {
            return List.of();
        }
        highWatermark = raised;
        return List.of(new FollowerEffect.SetHighWatermark(raised));
    }

    private List<FollowerEffect> halt(String why) {
        halted = true;
        return List.of(new FollowerEffect.Halt(why));
    }

    /** Of another epoch than ours (R8), or after a halt. */
    private boolean isStrange(int epoch) {
        return halted || (epoch != leaderEpoch && safeguards.has(Safeguard.R8_OLD_ANSWERS_ARE_DROPPED));
    }
}
