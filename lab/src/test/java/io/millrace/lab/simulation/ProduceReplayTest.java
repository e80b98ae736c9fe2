package io.millrace.lab.simulation;

import static io.millrace.lab.simulation.Scene.Setting.USUAL;

import io.millrace.broker.core.Safeguard;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What producers are told (§2.2 to §2.4 of the rules): each scenario with its rule, and without. */
class ProduceReplayTest {

    /** While a record waits for a follower, that one leaves the in-sync set: news of the epoch that it is in. */
    @Test
    void r29_newsOfTheSameEpochInterruptsNothing() {
        Replay.play(Safeguard.R29_SAME_EPOCH_SAME_ROLE, "LIVE", USUAL.withLagMaxMs(500), scene -> {
            scene.write(scene.a);
            scene.cut(scene.a, scene.c);
            BooleanSupplier waiting = scene.give(scene.a);
            scene.await("the record acknowledged", waiting);
        });
    }

    /** Deposed before it could acknowledge: the next leader has the record, and it stays. */
    @Test
    void r37_whoIsDeposedAfterTheAppendSaysThatItDoesNotKnow() {
        Replay.play(Safeguard.R37_APPENDED_MAY_BE_KEPT, "S3", USUAL, scene -> {
            scene.write(scene.a);
            scene.cut(scene.a, scene.c);
            scene.give(scene.a);
            scene.isolate(scene.a);
            scene.awaitLeader(scene.b);
            scene.write(scene.b);
            scene.reconnect(scene.a);
            scene.runMs(1_000);
        });
    }

    /** A broker's session ends and cannot be had again, and everybody hears it all the time. */
    @Test
    void r24_whoHasNoSessionGoesOnLeading() {
        Replay.play(Safeguard.R46_HEARD_IS_ALIVE, "R24", USUAL, scene -> {
            scene.write(scene.a);
            int epoch = scene.state().leaderEpoch();
            scene.loseService(scene.a, 6_000);
            scene.runMs(3_000);
            scene.require(scene.state().leaderEpoch() == epoch, "R24", "a leader without a session was deposed");
            scene.write(scene.a);
            scene.runMs(5_000);
            scene.require(scene.state().leaderEpoch() == epoch, "R24", "a leader that is back was deposed");
        });
    }

    /** What a broker writes itself needs room, too. */
    @Test
    void d1_recordsAreRefusedBeforeTheDiskIsFull() {
        Replay.play(Safeguard.D1_REFUSED_BEFORE_THE_DISK_IS_FULL, "D1", USUAL.withFullDisks(), scene -> {
            scene.offer(scene.a);
            scene.require(scene.logEnd(scene.a) == 0, "D1", "a record was appended on a disk that is nearly full");
        });
    }
}
