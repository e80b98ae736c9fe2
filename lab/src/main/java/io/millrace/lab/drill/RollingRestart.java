package io.millrace.lab.drill;

import io.millrace.lab.cluster.ClusterProcesses;
import io.millrace.lab.cluster.ClusterProcesses.Blow;
import io.millrace.lab.cluster.ClusterProcesses.Strike;
import io.millrace.lab.cluster.TopicState;
import io.millrace.lab.cluster.TopicWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Every broker in order of id is asked to end, started again, and awaited until all replicas are in sync, as for an
 * upgrade.
 */
public record RollingRestart() implements Fault {
    @Override
    public String name() {
        return "rolling-restart";
    }

    @Override
    public Set<Integer> victims(int round, List<Integer> brokers, int controller, Random random) {
        return Set.copyOf(brokers);
    }

    /** At the first one: the others' turn comes later. */
    @Override
    public Strike aim(ClusterProcesses processes, Set<Integer> victims) throws IOException {
        return processes.atBrokers(Set.of(new TreeSet<>(victims).first()), Blow.TERMINATE);
    }

    /** Returns early where replicas do not get in sync: to stop the next broker would be a fault of the operator's. */
    @Override
    public void awaitEffect(ClusterProcesses processes, TopicWatch watch, Set<Integer> victims)
            throws IOException, InterruptedException {
        Iterator<Integer> ids = new TreeSet<>(victims).iterator();
        boolean isWhole = restart(processes, watch, Set.of(ids.next()));
        while (isWhole && ids.hasNext()) {
            Set<Integer> next = Set.of(ids.next());
            processes.atBrokers(next, Blow.TERMINATE).fall();
            isWhole = restart(processes, watch, next);
        }
    }

    private static boolean restart(ClusterProcesses processes, TopicWatch watch, Set<Integer> ending)
            throws IOException, InterruptedException {
        processes.awaitEnd(ending);
        processes.start(ending);
        return watch.await(TopicState::isFull, DrillPlan.FULL_LIMIT).isPresent();
    }

    @Override
    public void heal(ClusterProcesses processes, Set<Integer> victims) {
        // All are back.
    }

    @Override
    public Promise promise() {
        return new Promise(true, false, true, Duration.ZERO);
    }
}
