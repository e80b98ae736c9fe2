package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.Fitness;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.Write.Cause;
import io.millrace.broker.core.controller.Write.ChangePartition;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gives each partition a leader: the first eligible replica of its ISR in assignment order, else of its ELR, else none
 * (N12). Whatever has changed, every partition is looked at anew against all that is known of the brokers.
 *
 * <p>A broker that is back under a later incarnation keeps its places where it can prove that nothing which it had
 * acknowledged is missing, and loses them before it could be elected otherwise (N13); a leader that is back is elected
 * anew, under a higher leader epoch (N8, R44).
 */
public final class LeaderElection {

    private static final BrokerIncarnation NOBODY = new BrokerIncarnation(PartitionState.NO_LEADER, -1);

    private final ClusterState cluster;

    private LeaderElection(ClusterState cluster) {
        this.cluster = cluster;
    }

    /** The registered brokers are now {@code live}; the answer is the number of partitions that change. */
    public static Decision<Integer> onBrokersChanged(ClusterState state, SortedMap<Integer, LiveBroker> live) {
        return review(state.withLive(live));
    }

    /** {@code broker} is about to stop: others lead in its place wherever they can. A later start of it is another. */
    public static Decision<Integer> onStopping(ClusterState state, BrokerIncarnation broker) {
        return state.isLive(broker) ? review(state.withStopping(broker)) : Decision.unchanged(state, 0);
    }

    /** These and no other logs of {@code broker} have failed or are gone: it holds those partitions no longer. */
    public static Decision<Integer> onReplicasFailed(
            ClusterState state, BrokerIncarnation broker, List<FailedLog> failed) {
        return review(state.withFailed(broker, new TreeSet<>(failed)));
    }

    /** {@code broker} is as fit as this: where its disk stands still, others lead in its place wherever that helps. */
    public static Decision<Integer> onFitness(ClusterState state, BrokerIncarnation broker, Fitness fitness) {
        return review(state.withFitness(broker, fitness));
    }

    private static Decision<Integer> review(ClusterState state) {
        LeaderElection election = new LeaderElection(state);
        List<ChangePartition> changes = new ArrayList<>();
        for (TopicImage topic : state.topics().values()) {
            topic.partitions().forEach((partition, current) -> {
                ChangePartition change = election.change(topic, partition, current);
                if (change != null) {
                    changes.add(change);
                }
            });
        }
        return new Decision<>(state.with(changes), List.<Write>copyOf(changes), changes.size());
    }

    private @Nullable ChangePartition change(TopicImage topic, int partition, PartitionState recorded) {
        Eligibility rules = Eligibility.of(cluster, topic, partition, recorded);
        PartitionState proven = withoutLost(recorded, rules);
        boolean isLed = rules.isLed();
        if (isLed && !rules.isStopping(recorded.leader())) {
            ChangePartition relief = reliefOfTheStalled(topic, partition, recorded, proven, rules);
            return relief == null ? shrink(topic, partition, recorded, proven, rules) : relief;
        }
        List<Integer> isr = rules.eligible(proven.isr());
        if (isr.isEmpty() && !isLed) {
            isr = first(recorded.replicas(), rules.fittest(rules.eligible(proven.elr())));
        }
        if (!isr.isEmpty()) {
            Cause cause = isLed
                    ? Cause.HANDED_OVER
                    : recorded.leader() == PartitionState.NO_LEADER ? Cause.MEMBER_RETURNED : Cause.LEADER_LOST;
            int leader = first(recorded.replicas(), rules.fittest(isr)).get(0);
            PartitionState after = withIsr(topic, proven, isr);
            return changed(
                    topic,
                    partition,
                    recorded,
                    after,
                    cluster.liveBroker(leader).incarnation(),
                    cause);
        }
        return isLed
                ? shrink(topic, partition, recorded, proven, rules)
                : leaderless(topic, partition, recorded, proven);
    }

    private @Nullable ChangePartition reliefOfTheStalled(
            TopicImage topic, int partition, PartitionState recorded, PartitionState proven, Eligibility rules) {
        return rules.isStalled(recorded.leader()) && cluster.safeguards().has(Safeguard.D12_THE_STALLED_HAND_OVER)
                ? Relief.of(cluster, topic, partition, recorded, proven)
                : null;
    }

    /** Under a standing leader only its followers can leave; the leader itself keeps the ISR from becoming empty. */
    private @Nullable ChangePartition shrink(
            TopicImage topic, int partition, PartitionState recorded, PartitionState proven, Eligibility rules) {
        List<Integer> isr = proven.isr().stream()
                .filter(id -> id == recorded.leader() || rules.isServing(id))
                .toList();
        boolean isSame = isr.equals(recorded.isr()) && proven.elr().equals(recorded.elr());
        return isSame
                ? null
                : new ChangePartition(
                        topic.name(), partition, recorded, withIsr(topic, proven, isr), Cause.FOLLOWER_LOST, List.of());
    }

    /** Nobody can lead. The ISR stays: whoever of it comes back first and misses nothing will. */
    private static @Nullable ChangePartition leaderless(
            TopicImage topic, int partition, PartitionState recorded, PartitionState proven) {
        if (recorded.leader() != PartitionState.NO_LEADER) {
            return changed(topic, partition, recorded, next(proven), NOBODY, Cause.NOBODY_LEFT);
        }
        return proven.equals(recorded)
                ? null
                : new ChangePartition(
                        topic.name(), partition, recorded, next(proven), Cause.RESTART_UNPROVEN, List.of());
    }

    /** N13: who may have lost something leaves ISR and ELR; the last of them are written down for an operator. */
    private static PartitionState withoutLost(PartitionState recorded, Eligibility rules) {
        List<Integer> lost = recorded.members().stream().filter(rules::hasLost).toList();
        if (lost.isEmpty()) {
            return recorded;
        }
        List<Integer> isr = without(recorded.isr(), lost);
        List<Integer> elr = without(recorded.elr(), lost);
        TreeSet<Integer> lastKnown = new TreeSet<>();
        if (isr.isEmpty() && elr.isEmpty()) {
            lastKnown.addAll(recorded.lastKnownElr());
            lastKnown.addAll(lost);
        }
        TreeMap<Integer, Long> epochs = new TreeMap<>(recorded.memberEpochs());
        lost.forEach(epochs::remove);
        return new PartitionState(
                recorded.leader(),
                recorded.leaderBrokerEpoch(),
                recorded.leaderEpoch(),
                recorded.partitionEpoch(),
                isr,
                elr,
                List.copyOf(lastKnown),
                epochs,
                recorded.replicas());
    }

    private PartitionState withIsr(TopicImage topic, PartitionState current, List<Integer> isr) {
        return MembershipRules.withIsr(
                current, isr, new TreeMap<>(), topic.config().minInsyncReplicas(), cluster.safeguards());
    }

    private static PartitionState next(PartitionState state) {
        return led(state, new BrokerIncarnation(state.leader(), state.leaderBrokerEpoch()), state.leaderEpoch(), 1);
    }

    static ChangePartition changed(
            TopicImage topic,
            int partition,
            PartitionState recorded,
            PartitionState after,
            BrokerIncarnation leader,
            Cause cause) {
        return new ChangePartition(
                topic.name(), partition, recorded, led(after, leader, recorded.leaderEpoch() + 1, 0), cause, List.of());
    }

    private static PartitionState led(
            PartitionState state, BrokerIncarnation leader, int leaderEpoch, int partitionEpochs) {
        return new PartitionState(
                leader.id(),
                leader.epoch(),
                leaderEpoch,
                state.partitionEpoch() + partitionEpochs,
                state.isr(),
                state.elr(),
                state.lastKnownElr(),
                state.memberEpochs(),
                state.replicas());
    }

    /** The first of {@code replicas} that is among {@code eligible}, as a list of one; empty where none is. */
    private static List<Integer> first(List<Integer> replicas, List<Integer> eligible) {
        return replicas.stream().filter(eligible::contains).limit(1).toList();
    }

    private static List<Integer> without(List<Integer> ids, List<Integer> gone) {
        return ids.stream().filter(id -> !gone.contains(id)).toList();
    }
}
