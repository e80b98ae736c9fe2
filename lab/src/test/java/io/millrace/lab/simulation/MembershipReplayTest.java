package io.millrace.lab.simulation;

import static io.millrace.lab.simulation.Scene.Setting.USUAL;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.Safeguard;
import org.junit.jupiter.api.Test;

/** Who counts, who may join and who may lead (§2.1 and §2.2 of the rules): each scenario with its rule, and without. */
class MembershipReplayTest {

    /** The controller has recorded a member that the leader does not know of yet. */
    @Test
    void r12_aProposedMemberHoldsTheHighWatermarkBack() {
        Replay.play(Safeguard.R12_PROPOSED_MEMBERS_COUNT, "S15", USUAL.withLagMaxMs(500), scene -> {
            scene.cut(scene.a, scene.c);
            scene.awaitIsr(scene.a.brokerId(), scene.b.brokerId());
            scene.lag(scene.a, 3_000);
            scene.cutOneWay(scene.controller(), scene.a);
            scene.heal(scene.a, scene.c);
            scene.awaitIsr(scene.a.brokerId(), scene.b.brokerId(), scene.c.brokerId());
            scene.cut(scene.a, scene.c);
            scene.offer(scene.a);
        });
    }

    /** Alone, a leader may append; it must not call that committed. */
    @Test
    void r13_withTooFewInSyncNothingIsCommitted() {
        Replay.play(Safeguard.R13_TOO_FEW_IN_SYNC_STAND_STILL, "S1", USUAL, scene -> {
            scene.write(scene.a);
            scene.kill(scene.b);
            scene.awaitIsr(scene.a.brokerId(), scene.c.brokerId());
            scene.kill(scene.c);
            scene.awaitIsr(scene.a.brokerId());
            scene.offerToLeaderAlone(scene.a);
            scene.kill(scene.a);
            scene.runMs(1_500);
            scene.start(scene.c);
            scene.awaitLeader(scene.c);
        });
    }

    /** The proposal was made for a process that has ended; the one that runs has an empty disk. */
    @Test
    void r25_aMemberJoinsAsTheProcessThatCaughtUp() {
        Replay.play(Safeguard.R25_JOINERS_ARE_OF_THE_INCARNATION_SEEN, "S13", USUAL.withLagMaxMs(500), scene -> {
            scene.cut(scene.a, scene.c);
            scene.offer(scene.a);
            scene.awaitIsr(scene.a.brokerId(), scene.b.brokerId());
            scene.cut(scene.a, scene.controller());
            scene.heal(scene.a, scene.c);
            scene.runMs(300);
            scene.kill(scene.c);
            scene.replaceDisk(scene.c);
            scene.cut(scene.a, scene.c);
            scene.start(scene.c);
            scene.heal(scene.a, scene.controller());
            scene.runMs(2_000);
        });
    }

    /** The last in-sync replica comes back from a power cut without its memory; the one that left before it has all. */
    @Test
    void r26_whoLeavesWhileTooFewAreInSyncMayLead() {
        Replay.play(
                Safeguard.R26_ELIGIBLE_REPLICAS_ARE_KEPT,
                "LIVE",
                USUAL.withDurability(Durability.REPLICATED),
                scene -> {
                    scene.write(scene.a);
                    scene.kill(scene.b);
                    scene.awaitIsr(scene.a.brokerId(), scene.c.brokerId());
                    scene.kill(scene.c);
                    scene.awaitIsr(scene.a.brokerId());
                    scene.cutPower(scene.a);
                    scene.runMs(1_500);
                    scene.start(scene.a);
                    scene.start(scene.c);
                    scene.awaitLeader(scene.c);
                });
    }

    @Test
    void d12_aLeaderWhoseDiskStandsStillHandsOverWithinASecond() {
        Replay.play(Safeguard.D12_THE_STALLED_HAND_OVER, "D12", USUAL, scene -> {
            scene.write(scene.a);
            scene.stallDisk(scene.a);
            scene.offer(scene.a);
            scene.runMs(900);
            scene.require(scene.leader() == scene.b, "D12", "a leader whose disk stands still leads on");
            scene.write(scene.b);
            scene.freeDisk(scene.a);
            scene.awaitIsr(scene.a.brokerId(), scene.b.brokerId(), scene.c.brokerId());
            scene.write(scene.b);
        });
    }

    /** Everybody hears the controller, and it hears everybody; only the leader is cut off from its followers. */
    @Test
    void d12_aLeaderThatLosesAllItsFollowersAtOnceHandsOver() {
        Replay.play(Safeguard.D12_WHO_LOSES_ALL_HANDS_OVER, "D12", USUAL.withLagMaxMs(500), scene -> {
            scene.write(scene.a);
            scene.cut(scene.a, scene.b);
            scene.cut(scene.a, scene.c);
            scene.offer(scene.a);
            scene.runMs(2_000);
            scene.require(scene.leader() == scene.b, "D12", "a leader whom nobody can follow leads on");
            scene.write(scene.b);
        });
    }

    /** All others hear both of them: so nobody is dead, and the leader can have no follower taken out of its set. */
    @Test
    void d12_aLeaderThatIsOutOfTouchWithTheControllerAloneHandsOver() {
        Replay.play(Safeguard.D12_WHO_IS_OUT_OF_TOUCH_HANDS_OVER, "D12", USUAL.withLagMaxMs(500), scene -> {
            scene.write(scene.a);
            while (scene.controller() == scene.a) {
                scene.depose(scene.a);
                scene.runMs(500);
            }
            scene.cut(scene.a, scene.controller());
            scene.offer(scene.a);
            scene.runMs(3_000);
            scene.require(scene.leader() != scene.a, "D12", "a leader that cannot reach the controller leads on");
            scene.write(scene.leader());
        });
    }

    @Test
    void r44_aRestartedLeaderDoesNotResumeItsEpoch() {
        Replay.play(Safeguard.R44_LEADERSHIP_NAMES_THE_INCARNATION, "S11", USUAL, scene -> {
            scene.write(scene.a);
            scene.restart(scene.a);
            scene.runMs(500);
        });
    }

    /** What lay in memory is gone: who cannot prove the opposite must not be counted on. */
    @Test
    void n13_whoMayHaveLostRecordsLeavesBeforeItCanLead() {
        Replay.play(
                Safeguard.N13_UNPROVEN_RESTARTS_LEAVE, "S13", USUAL.withDurability(Durability.REPLICATED), scene -> {
                    for (int i = 0; i < 10; i++) {
                        scene.write(scene.a);
                    }
                    scene.kill(scene.b);
                    scene.awaitIsr(scene.a.brokerId(), scene.c.brokerId());
                    scene.kill(scene.c);
                    scene.awaitIsr(scene.a.brokerId());
                    scene.cutPower(scene.a);
                    scene.runMs(1_500);
                    scene.start(scene.a);
                    scene.runMs(500);
                });
    }

    /** Found by attack: the empty log was elected, and the good ones were cut to fit it. */
    @Test
    void n13_aLogThatIsGoneLeavesBeforeItCanLead() {
        Replay.play(Safeguard.N13_UNPROVEN_RESTARTS_LEAVE, "S13", USUAL, scene -> {
            for (int i = 0; i < 5; i++) {
                scene.write(scene.a);
            }
            scene.kill(scene.a);
            scene.kill(scene.b);
            scene.kill(scene.c);
            scene.runMs(1_500);
            scene.deleteLog(scene.a);
            scene.start(scene.a);
            scene.start(scene.b);
            scene.start(scene.c);
            scene.awaitIsr(scene.a.brokerId(), scene.b.brokerId(), scene.c.brokerId());
        });
    }

    /** Swarm seed 3000120: it stayed eligible, so it did not fill a new log, and too few were in sync for ever. */
    @Test
    void n13_anEligibleReplicaWhoseLogIsGoneIsLetGoAndComesBack() {
        Replay.play(Safeguard.N13_GONE_LOGS_ARE_LOST, "LIVE", USUAL, scene -> {
            scene.write(scene.a);
            scene.kill(scene.c);
            scene.awaitIsr(scene.a.brokerId(), scene.b.brokerId());
            scene.kill(scene.b);
            scene.awaitIsr(scene.a.brokerId());
            scene.deleteLog(scene.b);
            scene.start(scene.b);
            scene.awaitIsr(scene.a.brokerId(), scene.b.brokerId());
        });
    }

    /** Swarm seed 20121: elected before it had made its log, and killed; its missing log was taken for a lost one. */
    @Test
    void n13_whoWasKilledBeforeItMadeItsLogHasLostNothing() {
        Replay.play(Safeguard.N13_WHAT_NEVER_WAS_IS_NOT_LOST, "LIVE", USUAL, scene -> {
            scene.lag(scene.b, 10_000);
            scene.createOfTwo();
            scene.kill(scene.a);
            scene.awaitAllLedWithout(scene.a);
            scene.kill(scene.b);
            scene.runMs(1_500);
            scene.start(scene.b);
            scene.start(scene.a);
        });
    }

    @Test
    void r51_afterAPowerCutOfAllEverybodyIsBackInHisPlace() {
        Replay.play(Safeguard.R51_PROVEN_RESTARTS_STAY, "LIVE", USUAL, scene -> {
            scene.write(scene.a);
            scene.cutPower(scene.a);
            scene.cutPower(scene.b);
            scene.cutPower(scene.c);
            scene.runMs(1_500);
            scene.start(scene.a);
            scene.start(scene.b);
            scene.start(scene.c);
            scene.awaitLeader(scene.a);
        });
    }
}
