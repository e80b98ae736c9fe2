package io.millrace.lab.simulation;

import io.millrace.broker.core.TopicPartition;
import io.millrace.lab.simulation.check.Checks;
import io.millrace.lab.simulation.cluster.SimCluster;
import io.millrace.lab.simulation.seam.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The clients of a run together, and what they have achieved. */
final class Workload {

    private final Stage stage;
    private final TreeSet<TopicPartition> acknowledged = new TreeSet<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final List<SimProducer> producers = new ArrayList<>();
    private final TreeMap<String, List<SimMember>> groups = new TreeMap<>();
    private final List<String> topicNames = new ArrayList<>();
    private @Nullable SimLoner loner;
    private @Nullable SimOperator operator;
    private long nextValue = 1;
    private long acknowledgements;
    private long reads;

    Workload(Stage stage) {
        this.stage = stage;
    }

    void start(SwarmPlan plan, Chance chance) {
        plan.topics().forEach(topic -> topicNames.add(topic.name()));
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
            groups.put("group-" + i, members("group-" + i, plan, chance));
        }
        groups.values().forEach(members -> members.forEach(SimMember::start));
        loner = new SimLoner(this, plan.produceEveryNs(), chance);
        loner.start();
        operator = new SimOperator(this, stage, plan, chance);
        operator.start();
    }

    /** The first one has an instance id, and it may be that by mistake a second process is started under the same. */
    private List<SimMember> members(String group, SwarmPlan plan, Chance chance) {
        String instanceId = "member-0";
        List<SimMember> members = new ArrayList<>();
        for (int i = 0; i < plan.membersOfEach(); i++) {
            String name = "member-" + i;
            members.add(new SimMember(this, group, name, i == 0 ? instanceId : null, plan.produceEveryNs(), chance));
        }
        if (plan.hasNamesakes()) {
            members.add(new SimMember(this, group, "namesake-0", instanceId, plan.produceEveryNs(), chance));
        }
        return members;
    }

    /** The name of a topic that there is or was. */
    String topic(String topicId) {
        return stage.name(topicId);
    }

    /** Of all topics, whether they are there at present or not. */
    List<String> topicNames() {
        return topicNames;
    }

    /** Names. */
    List<String> groups() {
        return List.copyOf(groups.keySet());
    }

    /** All members of a group end or hang, and each comes back in its own time. */
    void stopMembers(String group, Chance chance) {
        boolean isInGoodOrder = chance.oneIn(2);
        for (SimMember member : groups.getOrDefault(group, List.of())) {
            long forNs = TimeUnit.MILLISECONDS.toNanos(chance.between(50, 6_000));
            if (chance.oneIn(3)) {
                member.hang(forNs);
            } else {
                member.end(isInGoodOrder, forNs);
            }
        }
    }

    /** Members neither hang nor die from now on. */
    void calm() {
        groups.values().forEach(members -> members.forEach(SimMember::calm));
        operator().calm();
    }

    /** Whether nobody is at work on groups or topics. */
    boolean isOperatorIdle() {
        return operator().isIdle();
    }

    /** Nobody is in a group any more: each is reset and deleted. */
    void clearAway() {
        operator().clearAway();
    }

    private SimOperator operator() {
        return Objects.requireNonNull(operator, "it starts with the others");
    }

    /** L9: every partition that a member of a group wants one reads, and all that was read is committed. */
    boolean areGroupsSettled() {
        return groups.values().stream()
                .allMatch(members -> read(members).equals(wanted(members))
                        && members.stream().allMatch(SimMember::isSettled));
    }

    private Set<TopicPartition> wanted(List<SimMember> members) {
        TreeSet<TopicPartition> wanted = new TreeSet<>(partitions());
        wanted.removeIf(partition -> members.stream().noneMatch(member -> member.counts(topic(partition.topicId()))));
        return wanted;
    }

    private static Set<TopicPartition> read(List<SimMember> members) {
        TreeSet<TopicPartition> read = new TreeSet<>();
        members.forEach(member -> read.addAll(member.reads()));
        return read;
    }

    /** What L9 waits for. */
    String unsettled() {
        StringBuilder found = new StringBuilder();
        groups.forEach((group, members) -> {
            found.append("; ").append(group).append(" wants ").append(wanted(members));
            members.forEach(member -> found.append(", ").append(member));
        });
        return found.toString();
    }

    SimCluster cluster() {
        return stage.cluster();
    }

    Checks checks() {
        return stage.checks();
    }

    boolean isThere(TopicPartition partition) {
        return stage.isThere(partition.topicId());
    }

    List<TopicPartition> partitions() {
        return stage.partitions();
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
        return acknowledged.containsAll(partitions());
    }

    /** No member of a group does anything any more. */
    void stopGroups() {
        groups.values().forEach(members -> members.forEach(SimMember::stop));
    }

    /** Nothing is written any more. */
    void stop() {
        clients.forEach(SimClient::stop);
        producers.forEach(SimProducer::stop);
        Objects.requireNonNull(loner, "it starts with the others").stop();
    }

    long acknowledgements() {
        return acknowledgements;
    }

    long reads() {
        return reads;
    }
}
