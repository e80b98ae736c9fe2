package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.Fitness;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import java.util.Comparator;
import java.util.List;

/** Who may be in the ISR of one partition, and who may lead it (N1, N13), as one state of the cluster has it. */
final class Eligibility {

    private final ClusterState cluster;
    private final TopicPartition partition;
    private final Durability durability;
    private final PartitionState current;

    Eligibility(ClusterState cluster, TopicPartition partition, Durability durability, PartitionState current) {
        this.cluster = cluster;
        this.partition = partition;
        this.durability = durability;
        this.current = current;
    }

    static Eligibility of(ClusterState cluster, TopicImage topic, int partition, PartitionState current) {
        return new Eligibility(
                cluster,
                new TopicPartition(topic.topicId(), partition),
                topic.config().durability(),
                current);
    }

    /** The members of {@code ids} that can be reached, are to stay, and miss nothing. */
    List<Integer> eligible(List<Integer> ids) {
        return ids.stream().filter(this::isEligible).toList();
    }

    boolean isEligible(int id) {
        return isServing(id) && !hasLost(id);
    }

    /** Those of {@code ids} that are at their work better than the others of them. */
    List<Integer> fittest(List<Integer> ids) {
        Fitness best = ids.stream()
                .map(cluster::fitness)
                .min(Comparator.naturalOrder())
                .orElse(Fitness.FINE);
        return ids.stream().filter(id -> cluster.fitness(id) == best).toList();
    }

    /** Whether the recorded leadership stands: the incarnation it names is there, and serves. */
    boolean isLed() {
        LiveBroker leader = cluster.live().get(current.leader());
        if (leader == null || hasFailed(leader.incarnation())) {
            return false;
        }
        return current.isLedBy(leader.incarnation())
                || !cluster.safeguards().has(Safeguard.R44_LEADERSHIP_NAMES_THE_INCARNATION);
    }

    boolean isStopping(int id) {
        return cluster.isStopping(id);
    }

    /** Registered, not about to stop, and with a log of this partition that works. */
    boolean isServing(int id) {
        LiveBroker broker = cluster.live().get(id);
        return broker != null && !hasFailed(broker.incarnation()) && !cluster.isStopping(id);
    }

    /**
     * Whether a member is back and cannot show that it still has all that it acknowledged, or says itself that its log is
     * gone (N13).
     */
    boolean hasLost(int id) {
        LiveBroker broker = cluster.live().get(id);
        Long epoch = current.memberEpochs().get(id);
        if (broker == null || epoch == null || broker.incarnation().epoch() == epoch) {
            return false;
        }
        boolean isProven = broker.hasKept(durability, epoch)
                && !isGone(broker.incarnation())
                && cluster.safeguards().has(Safeguard.R51_PROVEN_RESTARTS_STAY);
        return !isProven && cluster.safeguards().has(Safeguard.N13_UNPROVEN_RESTARTS_LEAVE);
    }

    private boolean isGone(BrokerIncarnation broker) {
        return cluster.isGone(broker, partition) && cluster.safeguards().has(Safeguard.N13_GONE_LOGS_ARE_LOST);
    }

    boolean isStalled(int id) {
        return cluster.fitness(id) == Fitness.STALLED;
    }

    private boolean hasFailed(BrokerIncarnation broker) {
        return cluster.hasFailed(broker, partition);
    }
}
