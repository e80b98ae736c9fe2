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
 * One broker ends, and is started again once the others have taken over: the controller in each second round, a random
 * other one in between. One that is asked to end hands its leaders over, and no client hears of it.
 */
public record BrokerFault(String name, Blow blow) implements Fault {
    public static final Fault KILL = new BrokerFault("kill", Blow.KILL);
    public static final Fault TERMINATE = new BrokerFault("term", Blow.TERMINATE);

    @Override
    public Set<Integer> victims(int round, List<Integer> brokers, int controller, Random random) {
        List<Integer> others =
                brokers.stream().filter(broker -> broker != controller).toList();
        boolean isControllersTurn = round % 2 == 0 && controller >= 0;
        return Set.of(isControllersTurn || others.isEmpty() ? controller : others.get(random.nextInt(others.size())));
    }

    @Override
    public Strike aim(ClusterProcesses processes, Set<Integer> victims) throws IOException {
        return processes.atBrokers(victims, blow);
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
        return new Promise(true, false, blow == Blow.TERMINATE, Duration.ZERO);
    }
}
