package io.millrace.broker.core.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Safeguards;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rules N9 to N11 at the follower. It follows in epoch 5. */
class PartitionFollowerTest {

    private static final int EPOCH = 5;

    @Test
    void n10ItAsksWithTheWholeLogItHas() {
        PartitionFollower follower = new PartitionFollower(EPOCH, 7, Safeguards.ALL);
        assertThat(follower.onConnected()).containsExactly(new FollowerEffect.SendOpen());
        assertThat(follower.highWatermark()).isEqualTo(7);
    }

    @Test
    void batchesAreTakenOnlyAfterTheLeaderHasOpenedAndOnlyOfThisEpoch() {
        PartitionFollower follower = new PartitionFollower(EPOCH, 0, Safeguards.ALL);
        follower.onConnected();
        assertThat(follower.accepts(EPOCH)).isFalse();
        follower.onOpened(EPOCH, 0, 0);
        assertThat(follower.accepts(EPOCH)).isTrue();
        assertThat(follower.accepts(EPOCH - 1)).isFalse();
        assertThat(follower.accepts(EPOCH + 1)).isFalse();
        follower.onConnected();
        assertThat(follower.accepts(EPOCH)).as("a new stream begins anew").isFalse();
    }

    @Test
    void r9TheHighWatermarkIsNeverAboveTheOwnLogEnd() {
        PartitionFollower follower = new PartitionFollower(EPOCH, 3, Safeguards.ALL);
        assertThat(follower.onOpened(EPOCH, 100, 10)).containsExactly(new FollowerEffect.SetHighWatermark(10));
        assertThat(follower.onAppended(100, 12)).containsExactly(new FollowerEffect.SetHighWatermark(12));
        assertThat(follower.onAppended(11, 13)).as("never falls").isEmpty();
    }

    @Test
    void r3ItCutsWhereBothLogsAgreeForCertainAndAsksAgain() {
        PartitionFollower follower = new PartitionFollower(EPOCH, 11, Safeguards.ALL);
        FakeEpochs own = FakeEpochs.of(16, 1, 0, 2, 11);
        assertThat(follower.onDiverging(EPOCH, new EpochEnd(1, 21), own))
                .containsExactly(new FollowerEffect.TruncateTo(11), new FollowerEffect.SendOpen());
    }

    @Test
    void theLeadersEndCountsWhereItIsTheSmaller() {
        PartitionFollower follower = new PartitionFollower(EPOCH, 5, Safeguards.ALL);
        assertThat(follower.onDiverging(EPOCH, new EpochEnd(4, 8), FakeEpochs.of(12, 4, 0)))
                .containsExactly(new FollowerEffect.TruncateTo(8), new FollowerEffect.SendOpen());
    }

    @Test
    void acknowledgedRecordsAreNeverCut() {
        PartitionFollower follower = new PartitionFollower(EPOCH, 9, Safeguards.ALL);
        assertThat(follower.onDiverging(EPOCH, new EpochEnd(4, 8), FakeEpochs.of(12, 4, 0)))
                .singleElement()
                .isInstanceOf(FollowerEffect.Halt.class);
        follower.onOpened(EPOCH, 12, 12);
        assertThat(follower.accepts(EPOCH)).as("halted for good").isFalse();
    }

    @Test
    void r8AnAnswerOfAnotherEpochCutsNothing() {
        PartitionFollower follower = new PartitionFollower(EPOCH, 0, Safeguards.ALL);
        assertThat(follower.onDiverging(EPOCH - 1, new EpochEnd(1, 0), FakeEpochs.of(12, 4, 0)))
                .isEmpty();
        assertThat(follower.onRejected(EPOCH - 1, OpenVerdict.Why.OUT_OF_RANGE, 500, 12))
                .isEmpty();
    }

    @Test
    void n11BehindTheLeadersStartItBeginsAgainThereAndTheHighWatermarkGoesAlong() {
        PartitionFollower follower = new PartitionFollower(EPOCH, 100, Safeguards.ALL);
        assertThat(follower.onRejected(EPOCH, OpenVerdict.Why.OUT_OF_RANGE, 500, 120))
                .containsExactly(
                        new FollowerEffect.ResetTo(500),
                        new FollowerEffect.SetHighWatermark(500),
                        new FollowerEffect.SendOpen());
    }

    @Test
    void outOfRangeWithoutReasonHaltsInsteadOfDroppingTheLog() {
        PartitionFollower follower = new PartitionFollower(EPOCH, 100, Safeguards.ALL);
        assertThat(follower.onRejected(EPOCH, OpenVerdict.Why.OUT_OF_RANGE, 50, 120))
                .singleElement()
                .isInstanceOf(FollowerEffect.Halt.class);
    }

    @Test
    void otherRefusalsAreAskedAgainLater() {
        PartitionFollower follower = new PartitionFollower(EPOCH, 0, Safeguards.ALL);
        assertThat(follower.onRejected(EPOCH, OpenVerdict.Why.UNKNOWN_LEADER_EPOCH, -1, 0))
                .containsExactly(new FollowerEffect.SendOpenLater());
    }

    /**
     * Two random epoch histories with a common beginning: however they differ, asking and cutting leads to a log that is a
     * prefix of the leader's, in at most one round more than there are epochs, and never cuts into the common part.
     */
    @Test
    void n9AskingAndCuttingEndsAtTheCommonPart() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int run = 0; run < 5_000; run++) {
            TreeMap<Integer, Long> shared = new TreeMap<>();
            int epoch = random.nextInt(3);
            long offset = 0;
            for (int i = random.nextInt(4); i > 0; i--) {
                shared.put(epoch, offset);
                offset += 1 + random.nextInt(10);
                epoch += 1 + random.nextInt(3);
            }
            long common = offset;
            // After the common part each side has epochs of its own: no epoch was written by two leaders.
            FakeEpochs leader = continued(random, shared, common, epoch, 0);
            FakeEpochs own = continued(random, shared, common, epoch, 1);
            String what = "seed " + seed + " run " + run + ": leader " + leader + " follower " + own;
            assertThat(settle(leader, own, what)).as(what).isGreaterThanOrEqualTo(Math.min(common, own.logEndOffset()));
        }
    }

    private static FakeEpochs continued(
            Random random, SortedMap<Integer, Long> shared, long common, int epoch, int parity) {
        TreeMap<Integer, Long> starts = new TreeMap<>(shared);
        long offset = common;
        int next = epoch * 2 + parity;
        for (int i = random.nextInt(4); i > 0; i--) {
            starts.put(next, offset);
            offset += 1 + random.nextInt(10);
            next += 2 * (1 + random.nextInt(2));
        }
        return new FakeEpochs(starts, offset);
    }

    /** Plays both machines' parts until the leader accepts; the follower's end then. */
    private static long settle(FakeEpochs leader, FakeEpochs follower, String what) {
        FakeEpochs own = follower;
        for (int round = 0; round <= follower.starts().size() + 1; round++) {
            EpochEnd end =
                    own.lastEpoch() < 0 ? new EpochEnd(-1, leader.logEndOffset()) : leader.endOf(own.lastEpoch());
            if (end.epoch() >= own.lastEpoch() && end.endOffset() >= own.logEndOffset()) {
                return own.logEndOffset();
            }
            var effects = new PartitionFollower(EPOCH, 0, Safeguards.ALL).onDiverging(EPOCH, end, own);
            long cut = ((FollowerEffect.TruncateTo) effects.get(0)).offset();
            assertThat(cut).as(what).isLessThan(own.logEndOffset());
            own = own.cutTo(cut);
        }
        throw new AssertionError("does not settle: " + what);
    }
}
