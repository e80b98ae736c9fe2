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
 *
 * @param syncLimit how long replicas may take to get in sync after each start
 */
public record RollingRestart(Duration syncLimit) implements Fault {
    public RollingRestart() {
        this(DrillPlan.FULL_LIMIT);
    }

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

    /** Fails where replicas do not get in sync: to stop the next broker would be a fault of the operator's. */
    @Override
    public void awaitEffect(ClusterProcesses processes, TopicWatch watch, Set<Integer> victims)
            throws IOException, InterruptedException {
        Iterator<Integer> ids = new TreeSet<>(victims).iterator();
        restart(processes, watch, ids.next());
        while (ids.hasNext()) {
            int next = ids.next();
            processes.atBrokers(Set.of(next), Blow.TERMINATE).fall();
            restart(processes, watch, next);
        }
    }

    private void restart(ClusterProcesses processes, TopicWatch watch, int ending)
            throws IOException, InterruptedException {
        TopicState before = watch.await(state -> true, syncLimit)
                .orElseThrow(() -> new IOException("no broker describes the topic while broker " + ending + " ends"));
        processes.awaitEnd(Set.of(ending));
        processes.start(Set.of(ending));
        if (watch.await(state -> state.isFullAnewSince(before, ending), syncLimit)
                .isEmpty()) {
            throw new IOException("broker " + ending + " was started again, and not all replicas are in sync after "
                    + syncLimit.toSeconds() + " s; the brokers after it were not stopped");
        }
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
