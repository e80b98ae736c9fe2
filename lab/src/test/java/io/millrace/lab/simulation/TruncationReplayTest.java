package io.millrace.lab.simulation;

import static io.millrace.lab.simulation.Scene.Setting.USUAL;

import io.millrace.broker.core.Safeguard;
import io.millrace.lab.simulation.cluster.SimHost;
import org.junit.jupiter.api.Test;

/** What may be cut, and what must be (§2.1 of the rules): each scenario with its rule, and without. */
class TruncationReplayTest {

    /** Acknowledged, known to the follower, and its high watermark is not: it restarts, and leads before it has asked. */
    @Test
    void r1_theHighWatermarkIsNoReasonToCut() {
        Replay.play(Safeguard.R1_LOG_IS_KEPT, "S13", USUAL, scene -> {
            scene.write(scene.a);
            // Before the followers hear of the new high watermark.
            scene.cut(scene.a, scene.b);
            scene.cut(scene.a, scene.c);
            scene.kill(scene.a);
            scene.runWhileLogHolds(scene.c, 2_000);
            scene.cutPower(scene.b);
            scene.awaitLeader(scene.c);
        });
    }

    @Test
    void r2_logsThatDifferAreCutToWhereTheyAgree() {
        Replay.play(Safeguard.R2_DIVERGENCE_IS_LOOKED_FOR, "S17", USUAL, scene -> {
            leaveTail(scene, scene.a);
            scene.kill(scene.a);
            scene.awaitLeader(scene.b);
            scene.write(scene.b);
        });
    }

    /**
     * The epoch in the middle is known to one replica only. Its end must be told as that of the epoch before, and not be
     * taken for its own.
     */
    @Test
    void r3_theEndOfTheEpochBeforeIsToldWhereTheEpochIsNotKnown() {
        Replay.play(Safeguard.R3_END_OF_THE_EPOCH_ASKED_FOR, "S17", USUAL, scene -> {
            scene.write(scene.a);
            scene.kill(scene.a);
            scene.awaitLeader(scene.b);
            scene.start(scene.a);
            scene.awaitIsr(scene.a.brokerId(), scene.b.brokerId(), scene.c.brokerId());
            leaveTail(scene, scene.b);
            scene.cut(scene.a, scene.c);
            // The preferred leader is in sync, so it gets its place back.
            scene.awaitLeader(scene.a);
            scene.offer(scene.a);
            scene.kill(scene.a);
            scene.awaitLeader(scene.b);
            scene.heal(scene.b, scene.c);
            scene.write(scene.b);
        });
    }

    /** The same broker leads again, and a follower that missed the epoch in between must compare all the same. */
    @Test
    void r4_anEpochThatWasMissedIsComparedThoughTheLeaderIsTheSame() {
        Replay.play(Safeguard.R2_DIVERGENCE_IS_LOOKED_FOR, "S15", USUAL, scene -> {
            scene.cut(scene.a, scene.b);
            scene.offer(scene.a);
            scene.cut(scene.a, scene.c);
            scene.cut(scene.b, scene.c);
            scene.lag(scene.c, 6_000);
            scene.kill(scene.a);
            scene.awaitLeader(scene.b);
            scene.offer(scene.b);
            scene.heal(scene.a, scene.b);
            scene.start(scene.a);
            scene.runMs(500);
        });
    }

    /** The new leader's high watermark is behind the true one: reaching it is not enough to be in sync. */
    @Test
    void r5_nobodyJoinsBelowTheStartOfTheEpoch() {
        Replay.play(Safeguard.R5_JOIN_AT_THE_EPOCH_START, "S13", USUAL.withLagMaxMs(500), scene -> {
            scene.cut(scene.a, scene.c);
            scene.awaitIsr(scene.a.brokerId(), scene.b.brokerId());
            scene.write(scene.a);
            // Before the follower hears of the new high watermark.
            scene.cut(scene.a, scene.b);
            scene.kill(scene.a);
            scene.awaitLeader(scene.b);
            scene.pauseOnceItFollows(scene.c);
            scene.runMs(300);
            scene.resume(scene.c);
        });
    }

    /** Two elections without a write lie between the tail and the next record. */
    @Test
    void r7_electionsWithoutWritesLeaveNoGapInTheComparison() {
        Replay.play(Safeguard.R2_DIVERGENCE_IS_LOOKED_FOR, "S17", USUAL, scene -> {
            leaveTail(scene, scene.a);
            scene.kill(scene.a);
            scene.awaitLeader(scene.b);
            scene.kill(scene.b);
            scene.awaitLeader(scene.c);
            scene.start(scene.b);
            scene.awaitIsr(scene.b.brokerId(), scene.c.brokerId());
            scene.write(scene.leader());
        });
    }

    @Test
    void r9_theHighWatermarkIsNeverBeyondTheLog() {
        Replay.play(Safeguard.R9_DIVERGENCE_COMES_FIRST, "S19", USUAL.withLagMaxMs(500), scene -> {
            scene.cut(scene.a, scene.c);
            scene.awaitIsr(scene.a.brokerId(), scene.b.brokerId());
            scene.write(scene.a);
            scene.write(scene.a);
            scene.heal(scene.a, scene.c);
            scene.runMs(500);
        });
    }

    /** {@code leader} appends what nobody else gets. */
    private static void leaveTail(Scene scene, SimHost leader) {
        for (SimHost other : new SimHost[] {scene.a, scene.b, scene.c}) {
            if (other != leader) {
                scene.cut(leader, other);
            }
        }
        scene.offer(leader);
    }
}
