package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Fitness;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.Write.Cause;
import io.millrace.broker.core.controller.Write.ChangePartition;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives leaderships back to the first replica of the assignment, which the placement has spread evenly, once it is in sync
 * again: otherwise each failure would leave the survivors with more than their share.
 */
public final class PreferredLeaders {

    private PreferredLeaders() {}

    /** Moves at most {@code limit} leaderships; the answer is how many. */
    public static Decision<Integer> balance(ClusterState state, int limit) {
        List<ChangePartition> changes = new ArrayList<>();
        for (TopicImage topic : state.topics().values()) {
            topic.partitions().forEach((partition, current) -> {
                if (changes.size() < limit && isMisplaced(state, topic, partition, current)) {
                    changes.add(moved(state, topic, partition, current));
                }
            });
        }
        return new Decision<>(state.with(changes), List.<Write>copyOf(changes), changes.size());
    }

    private static boolean isMisplaced(ClusterState state, TopicImage topic, int partition, PartitionState current) {
        int preferred = current.replicas().get(0);
        Eligibility rules = Eligibility.of(state, topic, partition, current);
        return current.leader() != PartitionState.NO_LEADER
                && current.leader() != preferred
                && current.isr().contains(preferred)
                && rules.isEligible(preferred)
                && state.fitness(preferred) == Fitness.FINE;
    }

    private static ChangePartition moved(ClusterState state, TopicImage topic, int partition, PartitionState current) {
        BrokerIncarnation leader = state.liveBroker(current.replicas().get(0)).incarnation();
        PartitionState after = new PartitionState(
                leader.id(),
                leader.epoch(),
                current.leaderEpoch() + 1,
                current.partitionEpoch() + 1,
                current.isr(),
                current.elr(),
                current.lastKnownElr(),
                current.memberEpochs(),
                current.replicas());
        return new ChangePartition(topic.name(), partition, current, after, Cause.PREFERRED_RETURNED, List.of());
    }
}
