package io.millrace.lab.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.partition.EpochEnd;
import io.millrace.broker.core.partition.EpochLookup;
import io.millrace.broker.core.partition.FollowerEffect;
import io.millrace.broker.core.partition.OpenVerdict;
import io.millrace.broker.core.partition.PartitionFollower;
import io.millrace.broker.core.partition.PartitionLeader;
import io.millrace.broker.core.partition.ReplicationRules;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Scenarios of one message that comes too late, played on the machine that gets it: a swarm seldom meets the moment, and
 * what follows from it is far away from it. Each with its rule, and without.
 */
class PartitionReplayTest {

    private static final int EPOCH = 5;
    private static final long LOG_END = 100;
    private static final BrokerIncarnation LEADER = new BrokerIncarnation(1, 10);
    private static final BrokerIncarnation FOLLOWER = new BrokerIncarnation(2, 20);
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
        return leader(safeguards).onOpen(FOLLOWER, new PartitionLeader.OpenRequest(EPOCH - 1, -1, 0, 0), LOG);
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
        leader.onOpen(FOLLOWER, new PartitionLeader.OpenRequest(EPOCH, -1, 0, 0), LOG);
        leader.onAck(FOLLOWER_BEFORE, EPOCH, LOG_END, LOG_END);
        return leader.highWatermark();
    }

    private static PartitionLeader leader(Safeguards safeguards) {
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
                List.of(LEADER.id(), FOLLOWER.id()));
        return new PartitionLeader(
                LEADER,
                state,
                id -> id == LEADER.id() ? LEADER : FOLLOWER,
                new ReplicationRules(Durability.FSYNC, 2, 1_000, 1 << 20, 50, safeguards),
                new PartitionLeader.LogEnds(0, LOG_END, LOG_END),
                0,
                0);
    }
}
