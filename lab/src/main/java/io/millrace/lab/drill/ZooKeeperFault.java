package io.millrace.lab.drill;

import io.millrace.lab.cluster.ClusterProcesses;
import io.millrace.lab.cluster.ClusterProcesses.Blow;
import io.millrace.lab.cluster.ClusterProcesses.Strike;
import io.millrace.lab.cluster.TopicWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The coordination service is away for a while, whole.
 *
 * @param blow KILL, after which it is started again on its data, or PAUSE
 */
public record ZooKeeperFault(String name, Blow blow, Duration hold) implements Fault {
    // A session that ended meanwhile is ended now: whatever that makes the cluster do, it does within this time.
    private static final long AFTERMATH_MS = 10_000;

    public static Fault stopped(Duration hold) {
        return new ZooKeeperFault("zookeeper-stop", Blow.KILL, hold);
    }

    public static Fault paused(Duration hold) {
        return new ZooKeeperFault("zookeeper-pause", Blow.PAUSE, hold);
    }

    @Override
    public Set<Integer> victims(int round, List<Integer> brokers, int controller, Random random) {
        return Set.of();
    }

    @Override
    public Strike aim(ClusterProcesses processes, Set<Integer> victims) throws IOException {
        return processes.atZooKeeper(blow);
    }

    @Override
    public void awaitEffect(ClusterProcesses processes, TopicWatch watch, Set<Integer> victims)
            throws InterruptedException {
        Thread.sleep(hold.toMillis());
    }

    @Override
    public void heal(ClusterProcesses processes, Set<Integer> victims) throws IOException, InterruptedException {
        if (blow == Blow.KILL) {
            processes.startZooKeeper();
        } else {
            processes.atZooKeeper(Blow.RESUME).fall();
        }
        Thread.sleep(AFTERMATH_MS);
    }

    @Override
    public Promise promise() {
        return new Promise(false, true, true, Duration.ZERO);
    }
}
