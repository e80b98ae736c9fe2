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

/** One random broker stands still for a while, and wakes as if nothing had happened. */
public record PauseFault(Duration hold) implements Fault {
    @Override
    public String name() {
        return "pause";
    }

    @Override
    public Set<Integer> victims(int round, List<Integer> brokers, int controller, Random random) {
        return Set.of(brokers.get(random.nextInt(brokers.size())));
    }

    @Override
    public Strike aim(ClusterProcesses processes, Set<Integer> victims) throws IOException {
        return processes.atBrokers(victims, Blow.PAUSE);
    }

    @Override
    public void awaitEffect(ClusterProcesses processes, TopicWatch watch, Set<Integer> victims)
            throws InterruptedException {
        Thread.sleep(hold.toMillis());
    }

    @Override
    public void heal(ClusterProcesses processes, Set<Integer> victims) throws IOException, InterruptedException {
        processes.atBrokers(victims, Blow.RESUME).fall();
    }

    @Override
    public Promise promise() {
        return new Promise(false, false, false, Duration.ZERO);
    }
}
