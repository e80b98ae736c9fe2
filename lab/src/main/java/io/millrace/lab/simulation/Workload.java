package io.millrace.lab.simulation;

import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.lab.simulation.check.Checks;
import io.millrace.lab.simulation.cluster.SimCluster;
import io.millrace.lab.simulation.seam.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** The clients of a run together, and what they have achieved. */
final class Workload {

    private final SimCluster cluster;
    private final Checks checks;
    private final TreeMap<TopicPartition, Integer> firstReplica = new TreeMap<>();
    private final TreeSet<TopicPartition> acknowledged = new TreeSet<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final List<SimProducer> producers = new ArrayList<>();
    private long nextValue = 1;
    private long acknowledgements;
    private long reads;

    Workload(SimCluster cluster, Checks checks) {
        this.cluster = cluster;
        this.checks = checks;
    }

    void start(List<TopicImage> topics, SwarmPlan plan, Chance chance) {
        for (TopicImage topic : topics) {
            topic.partitions()
                    .forEach((number, state) -> firstReplica.put(
                            new TopicPartition(topic.topicId(), number),
                            state.replicas().get(0)));
        }
        for (int i = 0; i < plan.clients(); i++) {
            SimClient client = new SimClient(this, "client-" + i, plan.produceEveryNs(), chance.forUse("client-" + i));
            clients.add(client);
            client.start();
        }
        for (int i = 0; i < plan.producers(); i++) {
            SimProducer producer = new SimProducer(this, i, plan.produceEveryNs(), chance);
            producers.add(producer);
            producer.start();
        }
    }

    SimCluster cluster() {
        return cluster;
    }

    Checks checks() {
        return checks;
    }

    List<TopicPartition> partitions() {
        return List.copyOf(firstReplica.keySet());
    }

    /** Values that were never used, {@code count} of them from the one returned on. */
    long newValues(int count) {
        long first = nextValue;
        nextValue += count;
        return first;
    }

    void onAcknowledged(TopicPartition partition) {
        acknowledgements++;
        acknowledged.add(partition);
    }

    void onRead() {
        reads++;
    }

    /** From now on {@link #isEachAcknowledged} counts anew. */
    void countAnew() {
        acknowledged.clear();
    }

    /** Whether a write to each partition was acknowledged. */
    boolean isEachAcknowledged() {
        return acknowledged.size() == firstReplica.size();
    }

    /** Nothing is sent any more. */
    void stop() {
        clients.forEach(SimClient::stop);
        producers.forEach(SimProducer::stop);
    }

    long acknowledgements() {
        return acknowledgements;
    }

    long reads() {
        return reads;
    }
}
