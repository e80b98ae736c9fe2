package io.millrace.broker.core.controller;

import io.millrace.broker.core.Fitness;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.Write.Cause;
import io.millrace.broker.core.controller.Write.ChangePartition;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes a leadership from a leader that lives and gets nowhere, and gives it to an in-sync replica that is fine. The leader
 * leaves the ISR with it, or the high watermark would wait for it still: so there are no more such changes, one upon the
 * other, than the ISR has members to spare, and whoever was relieved leads again only after it has caught up.
 */
final class Relief {

    private Relief() {}

    /** Null where nobody would be better off, or too few would be in sync. */
    static @Nullable ChangePartition of(
            ClusterState cluster, TopicImage topic, int partition, PartitionState recorded, PartitionState proven) {
        Eligibility rules = Eligibility.of(cluster, topic, partition, recorded);
        List<Integer> isr = rules.eligible(proven.isr()).stream()
                .filter(id -> id != recorded.leader() && cluster.fitness(id) != Fitness.STALLED)
                .toList();
        List<Integer> heirs = recorded.replicas().stream()
                .filter(id -> isr.contains(id) && cluster.fitness(id) == Fitness.FINE)
                .toList();
        if (heirs.isEmpty() || isr.size() < topic.config().minInsyncReplicas()) {
            return null;
        }
        PartitionState after = MembershipRules.withIsr(
                proven, isr, new TreeMap<>(), topic.config().minInsyncReplicas(), cluster.safeguards());
        return LeaderElection.changed(
                topic,
                partition,
                recorded,
                after,
                cluster.liveBroker(heirs.get(0)).incarnation(),
                Cause.LEADER_STALLED);
    }
}
