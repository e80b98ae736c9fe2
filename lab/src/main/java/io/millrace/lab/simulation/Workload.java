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
    private final TreeMap<String, List<SimMember>> groups = new TreeMap<>();
    private final TreeMap<String, String> topics = new TreeMap<>();
    private long nextValue = 1;
    private long acknowledgements;
    private long reads;

    Workload(SimCluster cluster, Checks checks) {
        this.cluster = cluster;
        this.checks = checks;
    }

    void start(List<TopicImage> topicsMade, SwarmPlan plan, Chance chance) {
        for (TopicImage topic : topicsMade) {
            topics.put(topic.topicId(), topic.name());
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
        for (int i = 0; i < plan.groups(); i++) {
            String group = "group-" + i;
            List<SimMember> members = new ArrayList<>();
            for (int j = 0; j < plan.membersOfEach(); j++) {
                members.add(new SimMember(this, group, "member-" + j, j == 0, plan.produceEveryNs(), chance));
            }
            groups.put(group, members);
            members.forEach(SimMember::start);
        }
    }

    /** The name of a topic that was made. */
    String topic(String topicId) {
        return topics.getOrDefault(topicId, "");
    }

    /** Members neither hang nor die from now on. */
    void calm() {
        groups.values().forEach(members -> members.forEach(SimMember::calm));
    }

    /** L9: every partition is read by one member of each group, and all that was read is committed. */
    boolean areGroupsSettled() {
        return groups.values().stream().allMatch(members -> {
            TreeSet<TopicPartition> read = new TreeSet<>();
            members.forEach(member -> read.addAll(member.reads()));
            return read.equals(firstReplica.keySet()) && members.stream().allMatch(SimMember::isSettled);
        });
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

    /** No member of a group does anything any more. */
    void stopGroups() {
        groups.values().forEach(members -> members.forEach(SimMember::stop));
    }

    /** Nothing is written any more. */
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
