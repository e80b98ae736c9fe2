package io.millrace.broker.core.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.InvariantViolation;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.PartitionStates;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.partition.LeaderEffect.AdvanceHighWatermark;
import io.millrace.broker.core.partition.LeaderEffect.ProposeIsr;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rules N2 to N9 at the leader, one table row a test. Broker 1 leads in epoch 5; 2 and 3 follow. */
class PartitionLeaderTest {

    private static final BrokerIncarnation ONE = new BrokerIncarnation(1, 10);
    private static final BrokerIncarnation TWO = new BrokerIncarnation(2, 20);
    private static final BrokerIncarnation THREE = new BrokerIncarnation(3, 30);
    private static final int EPOCH = 5;
    private static final int WINDOW = 1 << 20;
    private static final long LAG_MAX = 1_000;
    private static final long RETRY = 50;
    private static final FakeEpochs LOG = FakeEpochs.of(100, 4, 0);

    private final TreeMap<Integer, BrokerIncarnation> live = new TreeMap<>();
    private long now = -7_000_000_000L; // nanoTime may be negative

    PartitionLeaderTest() {
        live.put(1, ONE);
        live.put(2, TWO);
        live.put(3, THREE);
    }

    private static PartitionState state(int partitionEpoch, Integer... isr) {
        return PartitionStates.of(1, ONE.epoch(), EPOCH, partitionEpoch, List.of(isr), List.of(1, 2, 3));
    }

    private PartitionLeader leader(Durability durability, int minIsr, Integer... isr) {
        return new PartitionLeader(
                ONE,
                state(1, isr),
                live::get,
                new ReplicationRules(durability, minIsr, LAG_MAX, WINDOW, RETRY, Safeguards.ALL),
                new PartitionLeader.LogEnds(0, 100, 100),
                90,
                now);
    }

    private PartitionLeader leader(int minIsr, Integer... isr) {
        return leader(Durability.FSYNC, minIsr, isr);
    }

    private static PartitionLeader.OpenRequest open(int leaderEpoch, int lastEpoch, long offset) {
        return new PartitionLeader.OpenRequest(leaderEpoch, lastEpoch, offset, offset, false);
    }

    @Test
    void n2_whoIsAboutToStopIsNotProposedHoweverItSaysSo() {
        PartitionLeader leader = leader(2, 1, 2);
        assertThat(accepted(leader.onOpen(THREE, new PartitionLeader.OpenRequest(EPOCH, 4, 100, 100, true), LOG)))
                .as("said when it opens")
                .noneMatch(LeaderEffect.ProposeIsr.class::isInstance);
        PartitionLeader other = leader(2, 1, 2);
        openAt(other, THREE, 80);
        other.onLeaving(THREE, EPOCH);
        assertThat(other.onAck(THREE, EPOCH, 100, 100))
                .as("said later")
                .noneMatch(LeaderEffect.ProposeIsr.class::isInstance);
        PartitionLeader third = leader(2, 1, 2);
        openAt(third, THREE, 80);
        third.onLeaving(THREE, EPOCH - 1);
        assertThat(third.onAck(THREE, EPOCH, 100, 100))
                .as("said to an earlier leader")
                .anyMatch(LeaderEffect.ProposeIsr.class::isInstance);
    }

    private static List<LeaderEffect> accepted(OpenVerdict verdict) {
        assertThat(verdict).isInstanceOf(OpenVerdict.Accepted.class);
        return ((OpenVerdict.Accepted) verdict).effects();
    }

    private static List<LeaderEffect> openAt(PartitionLeader leader, BrokerIncarnation follower, long offset) {
        return accepted(leader.onOpen(follower, open(EPOCH, 4, offset), LOG));
    }

    private static OpenVerdict.Why whyNot(OpenVerdict verdict) {
        assertThat(verdict).isInstanceOf(OpenVerdict.Rejected.class);
        return ((OpenVerdict.Rejected) verdict).why();
    }

    @Test
    void n5TheHighWatermarkWaitsForEveryMemberAndForItsOwnDisk() {
        PartitionLeader leader = leader(2, 1, 2, 3);
        openAt(leader, TWO, 100);
        openAt(leader, THREE, 100);
        assertThat(leader.highWatermark()).isEqualTo(100);

        assertThat(leader.onAppended(110, 100, now)).isEmpty();
        assertThat(leader.onAck(TWO, EPOCH, 110, 110)).isEmpty();
        assertThat(leader.onAck(THREE, EPOCH, 110, 105)).isEmpty();
        assertThat(leader.onDurable(110)).containsExactly(new AdvanceHighWatermark(105));
        assertThat(leader.onAck(THREE, EPOCH, 110, 110)).containsExactly(new AdvanceHighWatermark(110));
    }

    @Test
    void withDurabilityReplicatedTheLogEndCounts() {
        PartitionLeader leader = leader(Durability.REPLICATED, 2, 1, 2);
        openAt(leader, TWO, 100);
        leader.onAppended(110, 100, now);
        assertThat(leader.onAck(TWO, EPOCH, 110, 100)).containsExactly(new AdvanceHighWatermark(110));
    }

    @Test
    void r13TheHighWatermarkIsFrozenBelowMinInsyncReplicas() {
        PartitionLeader leader = leader(2, 1);
        leader.onAppended(110, 100, now);
        assertThat(leader.onDurable(110)).isEmpty();
        assertThat(leader.highWatermark()).isEqualTo(90);
        assertThat(leader.hasEnoughReplicas()).isFalse();
    }

    @Test
    void aLoneReplicaWithMinInsyncReplicasOneCommitsByItself() {
        PartitionLeader leader = leader(1, 1);
        assertThat(leader.onStarted()).containsExactly(new AdvanceHighWatermark(100));
        assertThat(leader.isHighWatermarkProven()).isTrue();
    }

    @Test
    void n8TheHighWatermarkIsNotAnnouncedBeforeTheStartOfTheEpochIsProven() {
        PartitionLeader leader = leader(2, 1, 2);
        assertThat(leader.isHighWatermarkProven()).isFalse();
        openAt(leader, TWO, 95);
        assertThat(leader.highWatermark()).isEqualTo(95);
        assertThat(leader.isHighWatermarkProven()).isFalse();
        leader.onAck(TWO, EPOCH, 100, 100);
        assertThat(leader.isHighWatermarkProven()).isTrue();
    }

    @Test
    void r12AProposedMemberCountsForTheHighWatermarkFromTheMomentOfTheProposal() {
        PartitionLeader leader = leader(2, 1, 2);
        openAt(leader, TWO, 100);
        ProposeIsr proposal = new ProposeIsr(1, List.of(ONE, TWO, THREE));
        assertThat(openAt(leader, THREE, 100)).containsExactly(proposal);

        leader.onAppended(110, 100, now);
        leader.onDurable(110);
        assertThat(leader.onAck(TWO, EPOCH, 110, 110)).isEmpty();
        assertThat(leader.highWatermark()).isEqualTo(100);
        assertThat(leader.onAck(THREE, EPOCH, 110, 110)).containsExactly(new AdvanceHighWatermark(110));
    }

    @Test
    void r12AProposalWithoutAnAnswerGoesOnCountingAndIsMadeAgain() {
        PartitionLeader leader = leader(2, 1, 2);
        openAt(leader, TWO, 100);
        ProposeIsr proposal = (ProposeIsr) openAt(leader, THREE, 100).get(0);
        leader.onVerdict(proposal, IsrVerdict.of(IsrVerdict.Kind.UNKNOWN_OUTCOME), now);
        leader.onAppended(110, 100, now);
        leader.onDurable(110);
        assertThat(leader.onAck(TWO, EPOCH, 110, 110)).isEmpty();

        assertThat(leader.onTick(now + RETRY - 1)).isEmpty();
        assertThat(leader.onTick(now + RETRY)).containsExactly(proposal);
        assertThat(leader.onTick(now + RETRY + 1)).as("one in flight").isEmpty();
    }

    @Test
    void aRefusedMemberStopsCountingAndIsProposedAgainAfterAPauseOnly() {
        PartitionLeader leader = leader(2, 1, 2);
        openAt(leader, TWO, 100);
        ProposeIsr proposal = (ProposeIsr) openAt(leader, THREE, 100).get(0);
        leader.onAppended(110, 100, now);
        leader.onDurable(110);
        leader.onAck(TWO, EPOCH, 110, 110);
        assertThat(leader.onVerdict(proposal, IsrVerdict.of(IsrVerdict.Kind.INELIGIBLE_REPLICA), now))
                .containsExactly(new AdvanceHighWatermark(110));
        assertThat(leader.onAck(THREE, EPOCH, 110, 110)).isEmpty();
        assertThat(leader.onTick(now + RETRY)).containsExactly(proposal);
    }

    @Test
    void aProposalThatNoControllerTookStopsCountingUnlessAnEarlierTryMayHaveBeenRecorded() {
        PartitionLeader leader = leader(2, 1, 2);
        openAt(leader, TWO, 100);
        ProposeIsr proposal = (ProposeIsr) openAt(leader, THREE, 100).get(0);
        leader.onAppended(110, 100, now);
        leader.onDurable(110);
        leader.onAck(TWO, EPOCH, 110, 110);
        assertThat(leader.onVerdict(proposal, IsrVerdict.of(IsrVerdict.Kind.NOT_CONTROLLER), now))
                .containsExactly(new AdvanceHighWatermark(110));

        leader.onAck(THREE, EPOCH, 110, 110);
        assertThat(leader.onTick(now + RETRY)).containsExactly(proposal);
        leader.onVerdict(proposal, IsrVerdict.of(IsrVerdict.Kind.UNKNOWN_OUTCOME), now + RETRY);
        assertThat(leader.onTick(now + 2 * RETRY)).containsExactly(proposal);
        leader.onAppended(120, 100, now);
        leader.onDurable(120);
        leader.onAck(TWO, EPOCH, 120, 120);
        assertThat(leader.onVerdict(proposal, IsrVerdict.of(IsrVerdict.Kind.NOT_CONTROLLER), now + 2 * RETRY))
                .isEmpty();
        assertThat(leader.highWatermark()).isEqualTo(110);
    }

    @Test
    void theRecordedStateEndsAProposalWhetherItComesByWatchOrByVerdictOrTwice() {
        PartitionLeader leader = leader(2, 1, 2);
        openAt(leader, TWO, 100);
        ProposeIsr proposal = (ProposeIsr) openAt(leader, THREE, 100).get(0);
        leader.onState(state(2, 1, 2, 3));
        leader.onVerdict(proposal, new IsrVerdict(IsrVerdict.Kind.COMMITTED, state(2, 1, 2, 3)), now);
        assertThat(leader.state().isr()).containsExactly(1, 2, 3);
        assertThat(leader.onTick(now + LAG_MAX / 2)).isEmpty();
    }

    @Test
    void anOlderStateChangesNothing() {
        PartitionLeader leader = leader(2, 1, 2);
        leader.onState(state(3, 1, 2, 3));
        assertThat(leader.onState(state(2, 1))).isEmpty();
        assertThat(leader.state().partitionEpoch()).isEqualTo(3);
    }

    @Test
    void r5AFollowerBelowTheStartOfTheEpochDoesNotJoin() {
        PartitionLeader leader = leader(2, 1, 2);
        assertThat(openAt(leader, THREE, 92))
                .as("above the high watermark 90, below the epoch's start 100")
                .isEmpty();
        assertThat(leader.onAck(THREE, EPOCH, 100, 99)).isEmpty();
        assertThat(leader.onAck(THREE, EPOCH, 100, 100))
                .containsExactly(new ProposeIsr(1, List.of(ONE, new BrokerIncarnation(2, -1), THREE)));
    }

    @Test
    void n1AFollowerThatIsNotLiveUnderItsIncarnationDoesNotJoin() {
        live.put(3, new BrokerIncarnation(3, 31));
        PartitionLeader leader = leader(2, 1, 2);
        assertThat(openAt(leader, THREE, 100)).isEmpty();
        live.put(3, THREE);
        assertThat(leader.onLiveBrokers(live::get)).hasSize(1);
    }

    @Test
    void n2AMemberWhoseStreamIsGoneDoesNotComeBackBeforeItHasOpenedAnew() {
        PartitionLeader leader = leader(2, 1, 2, 3);
        openAt(leader, TWO, 100);
        openAt(leader, THREE, 100);
        leader.onLeft(TWO);
        leader.onAppended(110, 100, now);
        leader.onDurable(110);
        leader.onAck(THREE, EPOCH, 110, 110);

        // It had everything that is committed, and is live as far as this leader knows.
        assertThat(leader.onState(state(2, 1, 3))).containsExactly(new AdvanceHighWatermark(110));
        assertThat(leader.onTick(now)).isEmpty();
        openAt(leader, TWO, 100);
        assertThat(leader.onAck(TWO, EPOCH, 110, 110)).containsExactly(new ProposeIsr(2, List.of(ONE, TWO, THREE)));
    }

    @Test
    void aStreamOfAnOlderIncarnationThatEndsLateTakesNothingFromTheNewOne() {
        PartitionLeader leader = leader(2, 1, 3);
        BrokerIncarnation next = new BrokerIncarnation(2, 21);
        live.put(2, next);
        accepted(leader.onOpen(next, open(EPOCH, 4, 80), LOG));
        leader.onLeft(TWO);
        openAt(leader, THREE, 100);
        assertThat(leader.onAck(next, EPOCH, 100, 100)).containsExactly(new ProposeIsr(1, List.of(ONE, next, THREE)));
    }

    @Test
    void r6AcknowledgementsOfAnotherEpochOrIncarnationCountForNothing() {
        PartitionLeader leader = leader(2, 1, 2);
        openAt(leader, TWO, 100);
        leader.onAppended(110, 100, now);
        leader.onDurable(110);
        assertThat(leader.onAck(TWO, EPOCH - 1, 110, 110)).isEmpty();
        assertThat(leader.onAck(new BrokerIncarnation(2, 19), EPOCH, 110, 110)).isEmpty();
        assertThat(leader.onAck(THREE, EPOCH, 110, 110)).as("has not opened").isEmpty();
        assertThat(leader.highWatermark()).isEqualTo(100);
    }

    @Test
    void anAcknowledgementBeyondTheLogCountsForNothing() {
        PartitionLeader leader = leader(2, 1, 2);
        openAt(leader, TWO, 100);
        assertThat(leader.onAck(TWO, EPOCH, 101, 101)).isEmpty();
        leader.onAppended(101, 100, now);
        leader.onDurable(101);
        assertThat(leader.highWatermark()).isEqualTo(100);
    }

    @Test
    void n7EpochsAreLookedAtBeforeAnythingElse() {
        PartitionLeader leader = leader(2, 1, 2);
        BrokerIncarnation stranger = new BrokerIncarnation(9, 1);
        assertThat(whyNot(leader.onOpen(stranger, open(EPOCH - 1, 4, 100), LOG)))
                .isEqualTo(OpenVerdict.Why.FENCED_LEADER_EPOCH);
        assertThat(whyNot(leader.onOpen(stranger, open(EPOCH + 1, 4, 100), LOG)))
                .isEqualTo(OpenVerdict.Why.UNKNOWN_LEADER_EPOCH);
        assertThat(whyNot(leader.onOpen(stranger, open(EPOCH, 4, 100), LOG))).isEqualTo(OpenVerdict.Why.NOT_A_REPLICA);
    }

    @Test
    void r22AnOlderIncarnationIsRefusedOnceANewerOneWasHeard() {
        PartitionLeader leader = leader(2, 1, 2);
        openAt(leader, TWO, 100);
        assertThat(whyNot(leader.onOpen(new BrokerIncarnation(2, 19), open(EPOCH, 4, 100), LOG)))
                .isEqualTo(OpenVerdict.Why.STALE_BROKER_EPOCH);
    }

    @Test
    void r3TheAnswerIsTheLargestEpochNotAboveTheOneAskedForWithItsEnd() {
        PartitionLeader leader = leader(2, 1, 2);
        FakeEpochs log = FakeEpochs.of(100, 1, 0, 3, 21);
        assertThat(leader.onOpen(TWO, open(EPOCH, 2, 16), log))
                .isEqualTo(new OpenVerdict.Diverging(new EpochEnd(1, 21)));
        assertThat(leader.onOpen(TWO, open(EPOCH, 1, 25), log))
                .isEqualTo(new OpenVerdict.Diverging(new EpochEnd(1, 21)));
        assertThat(leader.onOpen(TWO, open(EPOCH, 1, 21), log)).isInstanceOf(OpenVerdict.Accepted.class);
    }

    @Test
    void r9ADivergingFollowerLeavesNoTraceInTheLeader() {
        PartitionLeader leader = leader(2, 1, 2);
        openAt(leader, TWO, 100);
        leader.onOpen(TWO, open(EPOCH, 4, 150), LOG);
        leader.onAppended(110, 100, now);
        leader.onDurable(110);
        assertThat(leader.highWatermark()).isEqualTo(100);
    }

    @Test
    void n11AnOffsetBeforeTheLogIsOutOfRange() {
        PartitionLeader leader = leader(2, 1, 2);
        leader.onLogStart(50);
        assertThat(whyNot(leader.onOpen(TWO, open(EPOCH, -1, 0), LOG))).isEqualTo(OpenVerdict.Why.OUT_OF_RANGE);
        assertThat(whyNot(leader.onOpen(TWO, open(EPOCH, 4, 49), LOG))).isEqualTo(OpenVerdict.Why.OUT_OF_RANGE);
    }

    @Test
    void n3AFollowerThatMakesNoProgressLeavesAfterTheLagLimit() {
        PartitionLeader leader = leader(1, 1, 2);
        openAt(leader, TWO, 100);
        leader.onAppended(110, 100, now);
        assertThat(leader.onTick(now + LAG_MAX)).isEmpty();
        assertThat(leader.onTick(now + LAG_MAX + 1)).containsExactly(new ProposeIsr(1, List.of(ONE)));
        leader.onDurable(110);
        assertThat(leader.highWatermark())
                .as("counts until the removal is recorded")
                .isEqualTo(100);
        leader.onState(state(2, 1));
        assertThat(leader.highWatermark()).isEqualTo(110);
    }

    /** The controller sees so that it may be the leader whom nobody can follow (D12). */
    @Test
    void d12FollowersThatFallBehindOneShortlyAfterTheOtherAreProposedToLeaveTogether() {
        PartitionLeader leader = leaderOfTwoThatLag();

        assertThat(leader.onTick(now + LAG_MAX + 1)).isEmpty();
        assertThat(leader.onTick(now + LAG_MAX + LAG_MAX / 4)).containsExactly(new ProposeIsr(1, List.of(ONE)));
    }

    @Test
    void d12WhoIsLateWaitsForOneMoreTickAndNotForEver() {
        PartitionLeader leader = leaderOfTwoThatLag();

        assertThat(leader.onTick(now + LAG_MAX + 1)).isEmpty();
        leader.onAck(THREE, EPOCH, 115, 115);
        assertThat(leader.onTick(now + LAG_MAX + LAG_MAX / 4)).containsExactly(new ProposeIsr(1, List.of(ONE, THREE)));
    }

    /** Two is late a moment before three is. */
    private PartitionLeader leaderOfTwoThatLag() {
        PartitionLeader leader = leader(2, 1, 2, 3);
        openAt(leader, TWO, 100);
        openAt(leader, THREE, 100);
        leader.onAppended(110, 100, now);
        leader.onAck(THREE, EPOCH, 110, 110);
        leader.onAppended(115, 100, now + LAG_MAX / 8);
        leader.onAppended(120, 100, now + LAG_MAX / 2);
        return leader;
    }

    @Test
    void n3AMemberThatNeverOpenedLeavesToo() {
        PartitionLeader leader = leader(1, 1, 2);
        assertThat(leader.onTick(now + LAG_MAX)).isEmpty();
        assertThat(leader.onTick(now + LAG_MAX + 1)).containsExactly(new ProposeIsr(1, List.of(ONE)));
    }

    @Test
    void r34AnIdlePartitionNeverLosesAMemberThatHasEverything() {
        PartitionLeader leader = leader(2, 1, 2);
        openAt(leader, TWO, 100);
        for (int tick = 1; tick <= 600; tick++) {
            assertThat(leader.onTick(now + tick * LAG_MAX)).isEmpty();
        }
        long later = now + 600 * LAG_MAX;
        leader.onAppended(101, 100, later);
        assertThat(leader.onTick(later + LAG_MAX))
                .as("the lag begins with the append")
                .isEmpty();
    }

    @Test
    void n3APipelinedFollowerThatIsAlwaysALittleBehindNeverLooksLagging() {
        PartitionLeader leader = leader(2, 1, 2);
        openAt(leader, TWO, 100);
        List<LeaderEffect> proposals = new ArrayList<>();
        for (int step = 1; step <= 10_000; step++) {
            now += 10;
            leader.onAppended(100 + step, 100, now);
            leader.onAck(TWO, EPOCH, 100 + Math.max(0, step - 50), 100 + Math.max(0, step - 50));
            proposals.addAll(leader.onTick(now));
        }
        assertThat(proposals).isEmpty();
    }

    @Test
    void n8ABrokerLeadsOnlyUnderTheIncarnationThatTheStateNames() {
        PartitionState ofLastLife = PartitionStates.of(1, ONE.epoch() - 1, EPOCH, 1, List.of(1), List.of(1));
        assertThatThrownBy(() -> new PartitionLeader(
                        ONE,
                        ofLastLife,
                        live::get,
                        new ReplicationRules(Durability.FSYNC, 1, LAG_MAX, WINDOW, RETRY, Safeguards.ALL),
                        new PartitionLeader.LogEnds(0, 0, 0),
                        0,
                        now))
                .isInstanceOf(InvariantViolation.class);
    }
}
