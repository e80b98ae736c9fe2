package io.millrace.lab.simulation;

import static io.millrace.lab.simulation.Scene.Setting.USUAL;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Safeguard;
import io.millrace.coordinator.Node;
import io.millrace.lab.simulation.cluster.SimHost;
import java.util.NavigableMap;
import org.junit.jupiter.api.Test;

/** Whose word counts (§2.2 of the rules): each scenario with its rule, and without. */
class ControllerReplayTest {

    /** Deposed, and not aware of it, a controller is asked by a leader that is not either. */
    @Test
    void r16_whatADeposedControllerWritesIsRefused() {
        Replay.play(Safeguard.R16_WRITES_CHECK_THE_CONTROLLER_EPOCH, "S22", USUAL.withLagMaxMs(500), scene -> {
            SimHost deposed = scene.controller();
            // So that it is not the leader who comes next.
            scene.depose(scene.a);
            scene.runMs(500);
            scene.lag(deposed, 4_000);
            scene.lag(scene.a, 4_000);
            scene.depose(deposed);
            scene.runMs(100);
            scene.cut(scene.a, scene.c);
            scene.offer(scene.a);
            scene.runMs(3_000);
        });
    }

    /** A server that lags shows a broker that it leads, which was true once. */
    @Test
    void r18_whatIsKnownIsNotForgottenForSomethingOlder() {
        Replay.play(Safeguard.R18_STATE_NEVER_GOES_BACK, "INV-", USUAL, scene -> {
            scene.write(scene.a);
            ClusterImage old = Scene.broker(scene.a).image();
            scene.isolate(scene.a);
            scene.awaitLeader(scene.b);
            scene.reconnect(scene.a);
            scene.write(scene.b);
            // Of the other partitions too: each of their changes brings the present image, and would make good what is
            // shown.
            scene.awaitGoodOrder();
            scene.write(scene.b);
            scene.show(scene.a, old);
            scene.offer(scene.a);
        });
    }

    /** Somebody puts an old backup of the coordination service in its place, and notices, and puts the latest one back. */
    @Test
    void r36_nobodyFollowsATreeThatIsOlderThanWhatHeHasSeen() {
        Replay.play(Safeguard.R36_OLD_TREES_ARE_REFUSED, "S12", USUAL, scene -> {
            scene.write(scene.a);
            NavigableMap<String, Node> old = scene.copyTree();
            scene.restart(scene.controller());
            scene.restart(scene.a);
            scene.runMs(1_000);
            scene.write(scene.leader());
            NavigableMap<String, Node> latest = scene.copyTree();

            scene.putBackTree(old);
            scene.startAll();
            scene.putBackTree(latest);
            scene.startAll();
        });
    }
}
