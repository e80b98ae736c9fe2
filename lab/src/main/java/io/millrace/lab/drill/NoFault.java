package io.millrace.lab.drill;

import io.millrace.lab.cluster.ClusterProcesses;
import io.millrace.lab.cluster.ClusterProcesses.Strike;
import io.millrace.lab.cluster.TopicWatch;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Nothing is done to the cluster, and nothing should happen in it. */
public record NoFault(Duration hold) implements Fault {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public Set<Integer> victims(int round, List<Integer> brokers, int controller, Random random) {
        return Set.of();
    }

    @Override
    public Strike aim(ClusterProcesses processes, Set<Integer> victims) {
        return () -> {};
    }

    @Override
    public void awaitEffect(ClusterProcesses processes, TopicWatch watch, Set<Integer> victims)
            throws InterruptedException {
        Thread.sleep(hold.toMillis());
    }

    @Override
    public void heal(ClusterProcesses processes, Set<Integer> victims) {
        // Nothing was broken.
    }

    @Override
    public Promise promise() {
        return new Promise(false, true, true, Duration.ZERO);
    }
}
