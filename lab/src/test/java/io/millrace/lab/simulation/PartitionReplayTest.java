package io.millrace.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.partition.EpochEnd;
import io.millrace.broker.core.partition.EpochLookup;
import io.millrace.broker.core.partition.FollowerEffect;
import io.millrace.broker.core.partition.LeaderEffect;
import io.millrace.broker.core.partition.OpenVerdict;
import io.millrace.broker.core.partition.PartitionFollower;
import io.millrace.broker.core.partition.PartitionLeader;
import io.millrace.broker.core.partition.ReplicationRules;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Scenarios of one message that comes too late, played on the machine that gets it: a swarm seldom meets the moment, and
 * what follows from it is far away from it. Each with its rule, and without.
 */
class PartitionReplayTest {

    private static final int EPOCH = 5;
    private static final long LOG_END = 100;
    private static final long LAG_MAX_NS = 1_000;
    private static final int WINDOW_BYTES = 1 << 20;
    private static final BrokerIncarnation LEADER = new BrokerIncarnation(1, 10);
    private static final BrokerIncarnation FOLLOWER = new BrokerIncarnation(2, 20);
    private static final BrokerIncarnation OUTSIDER = new BrokerIncarnation(3, 30);
    private static final BrokerIncarnation FOLLOWER_BEFORE = new BrokerIncarnation(2, 19);

    /** Epoch 5 from offset 0 on. */
    private static final EpochLookup LOG = new EpochLookup() {
        @Override
        public int lastEpoch() {
            return EPOCH;
        }

        @Override
        public EpochEnd endOf(int epoch) {
            return new EpochEnd(epoch, epoch < EPOCH ? 0 : LOG_END);
        }
    };

    /** A follower that has missed an election asks as if nothing had happened, and would be counted. */
    @Test
    void r6_aFollowerOfAnOldEpochIsTurnedAway() {
        assertThat(openInEpochBefore(Safeguards.ALL)).isInstanceOf(OpenVerdict.Rejected.class);
        assertThat(openInEpochBefore(Safeguards.without(Safeguard.R6_STALE_FOLLOWERS_ARE_FENCED)))
                .isInstanceOf(OpenVerdict.Accepted.class);
    }

    private static OpenVerdict openInEpochBefore(Safeguards safeguards) {
        return leader(safeguards).onOpen(FOLLOWER, new PartitionLeader.OpenRequest(EPOCH - 1, -1, 0, 0, false), LOG);
    }

    /** The answer to a question of epoch 4 arrives when the follower is in epoch 5 already. */
    @Test
    void r8_anAnswerOfAnOldEpochCutsNothing() {
        assertThat(divergenceOfEpochBefore(Safeguards.ALL)).isEmpty();
        assertThat(divergenceOfEpochBefore(Safeguards.without(Safeguard.R8_OLD_ANSWERS_ARE_DROPPED)))
                .contains(new FollowerEffect.TruncateTo(40));
    }

    private static List<FollowerEffect> divergenceOfEpochBefore(Safeguards safeguards) {
        PartitionFollower follower = new PartitionFollower(EPOCH, 0, safeguards);
        follower.onConnected();
        return follower.onDiverging(EPOCH - 1, new EpochEnd(EPOCH, 40), LOG);
    }

    /** What a process acknowledged arrives when its successor has opened, with less in its log. */
    @Test
    void r22_whatAnEndedProcessHasAcknowledgedCountsForNothing() {
        assertThat(watermarkAfterLateAck(Safeguards.ALL)).isZero();
        assertThat(watermarkAfterLateAck(Safeguards.without(Safeguard.R22_OLD_INCARNATIONS_ARE_REFUSED)))
                .isEqualTo(LOG_END);
    }

    private static long watermarkAfterLateAck(Safeguards safeguards) {
        PartitionLeader leader = leader(safeguards);
        leader.onOpen(FOLLOWER, new PartitionLeader.OpenRequest(EPOCH, -1, 0, 0, false), LOG);
        leader.onAck(FOLLOWER_BEFORE, EPOCH, LOG_END, LOG_END);
        return leader.highWatermark();
    }

    /** A follower far behind begins again at the leader's start, and could lead next. */
    @Test
    void r10_whoBeginsAgainHasNoHighWatermarkBelowItsLog() {
        assertThat(watermarkAfterReset(Safeguards.ALL)).isEqualTo(500);
        assertThat(watermarkAfterReset(Safeguards.without(Safeguard.R10_WATERMARK_FOLLOWS_THE_START)))
                .isEqualTo(LOG_END);
    }

    private static long watermarkAfterReset(Safeguards safeguards) {
        PartitionFollower follower = new PartitionFollower(EPOCH, LOG_END, safeguards);
        follower.onConnected();
        List<FollowerEffect> effects = follower.onRejected(EPOCH, OpenVerdict.Why.OUT_OF_RANGE, 500, LOG_END);
        assertThat(effects).contains(new FollowerEffect.ResetTo(500));
        return follower.highWatermark();
    }

    /** The question is turned away, since the logs differ: nothing of it is an acknowledgement. */
    @Test
    void r14_aQuestionThatIsTurnedAwayLeavesNoTrace() {
        assertThat(watermarkAfterDivergence(Safeguards.ALL)).isZero();
        assertThat(watermarkAfterDivergence(Safeguards.without(Safeguard.R14_LEARNT_WHEN_ALL_FITS)))
                .isEqualTo(LOG_END);
    }

    private static long watermarkAfterDivergence(Safeguards safeguards) {
        PartitionLeader leader = leader(safeguards);
        OpenVerdict verdict = leader.onOpen(
                FOLLOWER, new PartitionLeader.OpenRequest(EPOCH, EPOCH, LOG_END + 20, LOG_END + 20, false), LOG);
        assertThat(verdict).isInstanceOf(OpenVerdict.Diverging.class);
        leader.onDurable(LOG_END);
        return leader.highWatermark();
    }

    /** A stream that stands says nothing of the epoch that its messages are of. */
    @Test
    void r15_eachAcknowledgementIsHeldAgainstTheEpoch() {
        assertThat(watermarkAfterAckOf(EPOCH - 1, Safeguards.ALL)).isZero();
        assertThat(watermarkAfterAckOf(EPOCH - 1, Safeguards.without(Safeguard.R6_STALE_FOLLOWERS_ARE_FENCED)))
                .isEqualTo(LOG_END);
    }

    /** A leader wakes, and is told by a follower that has another leader by now what that one's log holds. */
    @Test
    void d8_aLeaderThatHasSleptCommitsNothing() {
        assertThat(watermarkAfterAckOf(EPOCH + 1, Safeguards.ALL)).isZero();
        assertThat(watermarkAfterAckOf(EPOCH + 1, Safeguards.without(Safeguard.D8_FOLLOWERS_OF_OTHERS_DO_NOT_COUNT)))
                .isEqualTo(LOG_END);
    }

    private static long watermarkAfterAckOf(int epoch, Safeguards safeguards) {
        PartitionLeader leader = leader(safeguards);
        leader.onOpen(FOLLOWER, new PartitionLeader.OpenRequest(EPOCH, -1, 0, 0, false), LOG);
        leader.onAck(FOLLOWER, epoch, LOG_END, LOG_END);
        return leader.highWatermark();
    }

    /** The controller has recorded the joiner, and its answer was lost: it may elect it at any moment. */
    @Test
    void r20_aProposalWhoseAnswerIsLostGoesOnHoldingTheHighWatermarkBack() {
        assertThat(watermarkAfterLostVerdict(Safeguards.ALL)).isEqualTo(LOG_END);
        assertThat(watermarkAfterLostVerdict(Safeguards.without(Safeguard.R20_UNANSWERED_PROPOSALS_COUNT)))
                .isEqualTo(LOG_END + 1);
    }

    private static long watermarkAfterLostVerdict(Safeguards safeguards) {
        PartitionLeader leader = leader(safeguards, OUTSIDER.id());
        PartitionLeader.OpenRequest complete = new PartitionLeader.OpenRequest(EPOCH, EPOCH, LOG_END, LOG_END, false);
        leader.onOpen(FOLLOWER, complete, LOG);
        OpenVerdict.Accepted joined = (OpenVerdict.Accepted) leader.onOpen(OUTSIDER, complete, LOG);
        LeaderEffect.ProposeIsr proposal = joined.effects().stream()
                .filter(LeaderEffect.ProposeIsr.class::isInstance)
                .map(LeaderEffect.ProposeIsr.class::cast)
                .findFirst()
                .orElseThrow();
        leader.onVerdict(proposal, IsrVerdict.of(IsrVerdict.Kind.UNKNOWN_OUTCOME), 10);
        leader.onAppended(LOG_END + 1, 100, 10);
        leader.onDurable(LOG_END + 1);
        leader.onAck(FOLLOWER, EPOCH, LOG_END + 1, LOG_END + 1);
        return leader.highWatermark();
    }

    /** Nothing comes for ten times the limit, and the follower has all that there is. */
    @Test
    void r34_anIdlePartitionLosesNoMember() {
        assertThat(effectsOfIdleTime(Safeguards.ALL)).isEmpty();
        assertThat(effectsOfIdleTime(Safeguards.without(Safeguard.R34_WHO_HAS_ALL_IS_NOT_LATE)))
                .hasOnlyElementsOfType(LeaderEffect.ProposeIsr.class)
                .isNotEmpty();
    }

    private static List<LeaderEffect> effectsOfIdleTime(Safeguards safeguards) {
        PartitionLeader leader = leader(safeguards);
        leader.onOpen(FOLLOWER, new PartitionLeader.OpenRequest(EPOCH, EPOCH, LOG_END, LOG_END, false), LOG);
        return leader.onTick(10 * LAG_MAX_NS);
    }

    /** A slow disk must not cost its broker the place in the set as long as it makes progress. */
    @Test
    void d12_aSlowFollowerIsWaitedForAndNotOutrun() {
        assertThat(mayOutrun(Safeguards.ALL)).isFalse();
        assertThat(mayOutrun(Safeguards.without(Safeguard.D12_APPENDS_WAIT_FOR_THE_SLOW)))
                .isTrue();
    }

    private static boolean mayOutrun(Safeguards safeguards) {
        PartitionLeader leader = leader(safeguards);
        leader.onOpen(FOLLOWER, new PartitionLeader.OpenRequest(EPOCH, EPOCH, LOG_END, LOG_END, false), LOG);
        leader.onAppended(LOG_END + 1, WINDOW_BYTES, 0);
        leader.onAppended(LOG_END + 2, WINDOW_BYTES, 0);
        return leader.mayAppend();
    }

    private static PartitionLeader leader(Safeguards safeguards) {
        return leader(safeguards, FOLLOWER.id());
    }

    /** @param lastReplica replicas are 1 to this one; 1 and 2 are in sync */
    private static PartitionLeader leader(Safeguards safeguards, int lastReplica) {
        TreeMap<Integer, Long> memberEpochs = new TreeMap<>();
        memberEpochs.put(LEADER.id(), LEADER.epoch());
        memberEpochs.put(FOLLOWER.id(), FOLLOWER.epoch());
        PartitionState state = new PartitionState(
                LEADER.id(),
                LEADER.epoch(),
                EPOCH,
                1,
                List.of(LEADER.id(), FOLLOWER.id()),
                List.of(),
                List.of(),
                memberEpochs,
                IntStream.rangeClosed(LEADER.id(), lastReplica).boxed().toList());
        return new PartitionLeader(
                LEADER,
                state,
                id -> List.of(LEADER, FOLLOWER, OUTSIDER).get(id - 1),
                new ReplicationRules(Durability.FSYNC, 2, LAG_MAX_NS, WINDOW_BYTES, 50, safeguards),
                new PartitionLeader.LogEnds(0, LOG_END, LOG_END),
                0,
                0);
    }
}
