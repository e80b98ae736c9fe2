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

/** All brokers are killed at once and started again. */
public record AllBrokersFault() implements Fault {
    private static final Duration LEADERS_WITHIN = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "kill-all";
    }

    @Override
    public Set<Integer> victims(int round, List<Integer> brokers, int controller, Random random) {
        return Set.copyOf(brokers);
    }

    @Override
    public Strike aim(ClusterProcesses processes, Set<Integer> victims) throws IOException {
        return processes.atBrokers(victims, Blow.KILL);
    }

    @Override
    public void awaitEffect(ClusterProcesses processes, TopicWatch watch, Set<Integer> victims)
            throws IOException, InterruptedException {
        processes.awaitEnd(victims);
    }

    @Override
    public void heal(ClusterProcesses processes, Set<Integer> victims) throws IOException, InterruptedException {
        processes.start(victims);
    }

    @Override
    public Promise promise() {
        return new Promise(false, false, false, LEADERS_WITHIN);
    }
}
