package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.Write.Cause;
import io.millrace.broker.core.controller.Write.ChangePartition;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives each partition a leader out of its ISR when brokers come and go (N12).
 *
 * <p>A broker that is known to have restarted is no longer the one that was in sync: it leaves the ISR, and its leader
 * proposes it again once it has caught up. It stays only where otherwise nobody would be left, because then its disk is
 * the best there is; so a leader that restarts by itself is elected anew, under a higher leader epoch (N8, R44).
 */
public final class LeaderElection {

    private static final BrokerIncarnation NOBODY = new BrokerIncarnation(PartitionState.NO_LEADER, -1);

    private final SortedMap<Integer, LiveBroker> before;
    private final SortedMap<Integer, LiveBroker> live;

    private LeaderElection(SortedMap<Integer, LiveBroker> before, SortedMap<Integer, LiveBroker> live) {
        this.before = before;
        this.live = live;
    }

    /** The registered brokers are now {@code live}; the answer is the number of partitions that change. */
    public static Decision<Integer> onBrokersChanged(ClusterState state, SortedMap<Integer, LiveBroker> live) {
        LeaderElection election = new LeaderElection(state.live(), live);
        List<ChangePartition> changes = new ArrayList<>();
        for (TopicImage topic : state.topics().values()) {
            topic.partitions().forEach((partition, current) -> {
                ChangePartition change = election.change(topic.name(), partition, current);
                if (change != null) {
                    changes.add(change);
                }
            });
        }
        return new Decision<>(state.withLive(live).with(changes), List.<Write>copyOf(changes), changes.size());
    }

    private @Nullable ChangePartition change(String topic, int partition, PartitionState current) {
        LiveBroker leader = live.get(current.leader());
        if (leader != null && current.isLedBy(leader.incarnation())) {
            return shrink(topic, partition, current);
        }
        return elect(topic, partition, current);
    }

    /** Under a living leader only its followers can be missing; the leader itself keeps the ISR from becoming empty. */
    private @Nullable ChangePartition shrink(String topic, int partition, PartitionState current) {
        List<Integer> isr = unbroken(current);
        if (isr.equals(current.isr())) {
            return null;
        }
        PartitionState after = new PartitionState(
                current.leader(),
                current.leaderBrokerEpoch(),
                current.leaderEpoch(),
                current.partitionEpoch() + 1,
                isr,
                current.replicas());
        return new ChangePartition(topic, partition, current, after, Cause.FOLLOWER_LOST, List.of());
    }

    private @Nullable ChangePartition elect(String topic, int partition, PartitionState current) {
        List<Integer> eligible = unbroken(current);
        if (eligible.isEmpty()) {
            eligible = current.isr().stream().filter(id -> live.containsKey(id)).toList();
        }
        boolean wasLed = current.leader() != PartitionState.NO_LEADER;
        LiveBroker leader = first(current.replicas(), eligible);
        if (leader != null) {
            Cause cause = wasLed ? Cause.LEADER_LOST : Cause.MEMBER_RETURNED;
            return elected(topic, partition, current, leader.incarnation(), eligible, cause);
        }
        return wasLed ? elected(topic, partition, current, NOBODY, current.isr(), Cause.NOBODY_LEFT) : null;
    }

    private static ChangePartition elected(
            String topic,
            int partition,
            PartitionState current,
            BrokerIncarnation leader,
            List<Integer> isr,
            Cause cause) {
        PartitionState after = new PartitionState(
                leader.id(),
                leader.epoch(),
                current.leaderEpoch() + 1,
                current.partitionEpoch() + 1,
                isr,
                current.replicas());
        return new ChangePartition(topic, partition, current, after, cause, List.of());
    }

    /** Members that are registered and, as far as is known, have not restarted since they were in sync. */
    private List<Integer> unbroken(PartitionState current) {
        return current.isr().stream().filter(id -> isUnbroken(id, current)).toList();
    }

    private boolean isUnbroken(int id, PartitionState current) {
        LiveBroker now = live.get(id);
        if (now == null) {
            return false;
        }
        long epoch = now.incarnation().epoch();
        LiveBroker known = before.get(id);
        return (known == null || known.incarnation().epoch() == epoch)
                && (id != current.leader() || current.leaderBrokerEpoch() == epoch);
    }

    private @Nullable LiveBroker first(List<Integer> replicas, List<Integer> eligible) {
        for (int replica : replicas) {
            if (eligible.contains(replica)) {
                return live.get(replica);
            }
        }
        return null;
    }
}
