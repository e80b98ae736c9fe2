package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.NameRules;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Decides whether a topic may be created, fills in what was left open, and places its replicas. */
public final class TopicCreation {

    public static final int MAX_PARTITIONS = 10_000;

    /** The states of 256 partitions are written as one node, and that has to fit into one transaction. */
    public static final int MAX_REPLICATION_FACTOR = 32;

    private static final int DEFAULT_REPLICATION_FACTOR = 3;

    private TopicCreation() {}

    /** Creates the topic; answers with it as it will be. */
    public static Decision<Outcome<TopicImage>> create(ClusterState state, TopicSpec spec) {
        int partitions = spec.partitions().orElse(1);
        int replicationFactor = spec.replicationFactor()
                .orElse(Math.min(DEFAULT_REPLICATION_FACTOR, state.live().size()));
        int minInsyncReplicas = minInsyncReplicas(spec, replicationFactor);
        Refusal refusal = firstOf(
                nameRefusal(state, spec.name()), countRefusal(state, partitions, replicationFactor, minInsyncReplicas));
        if (refusal != null) {
            return Decision.unchanged(state, Outcome.no(refusal));
        }
        TopicImage topic = place(state, spec, partitions, replicationFactor, minInsyncReplicas);
        return new Decision<>(state.withTopic(topic), List.of(new Write.CreateTopic(topic)), Outcome.ok(topic));
    }

    private static int minInsyncReplicas(TopicSpec spec, int replicationFactor) {
        int asked = spec.config().minInsyncReplicas();
        return asked != 0 ? asked : replicationFactor >= 3 ? 2 : 1;
    }

    private static @Nullable Refusal nameRefusal(ClusterState state, String name) {
        String problem = NameRules.problem("Topic name", name);
        if (problem != null) {
            return Refusal.definite(ErrorReason.INVALID_REQUEST, problem);
        }
        if (state.topics().containsKey(name) || state.unreadable().contains(name)) {
            return Refusal.definite(ErrorReason.TOPIC_EXISTS, "There is a topic '" + name + "' already");
        }
        for (String other : state.topics().keySet()) {
            if (other.replace('.', '_').equals(name.replace('.', '_'))) {
                return Refusal.definite(
                        ErrorReason.INVALID_REQUEST,
                        "Topic '" + name + "' differs from topic '" + other
                                + "' by '.' and '_' only; tools that allow one of them could not tell them apart");
            }
        }
        return null;
    }

    private static @Nullable Refusal countRefusal(
            ClusterState state, int partitions, int replicationFactor, int minInsyncReplicas) {
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            return invalid("partitions is " + partitions + ", allowed are 1 to " + MAX_PARTITIONS);
        }
        int live = state.live().size();
        if (live == 0 || (replicationFactor > live && replicationFactor <= MAX_REPLICATION_FACTOR)) {
            return Refusal.definite(
                    ErrorReason.NOT_ENOUGH_BROKERS,
                    "A replication factor of " + Math.max(1, replicationFactor) + " needs as many live brokers; there "
                            + (live == 1 ? "is 1" : "are " + live));
        }
        if (replicationFactor < 1 || replicationFactor > MAX_REPLICATION_FACTOR) {
            return invalid(
                    "replication_factor is " + replicationFactor + ", allowed are 1 to " + MAX_REPLICATION_FACTOR);
        }
        if (minInsyncReplicas < 1 || minInsyncReplicas > replicationFactor) {
            return invalid("min_insync_replicas is " + minInsyncReplicas + ", allowed are 1 to the replication factor, "
                    + replicationFactor);
        }
        return null;
    }

    private static TopicImage place(
            ClusterState state, TopicSpec spec, int partitions, int replicationFactor, int minInsyncReplicas) {
        TreeMap<Integer, PartitionState> states = new TreeMap<>();
        for (List<Integer> replicas : PlacementPolicy.place(state, partitions, replicationFactor)) {
            states.put(states.size(), firstState(state, replicas));
        }
        TopicConfig config = new TopicConfig(
                spec.config().durability(),
                minInsyncReplicas,
                spec.config().segmentBytes(),
                spec.config().maxBatchBytes());
        return new TopicImage(
                spec.name(), spec.topicId(), partitions, replicationFactor, config, spec.overrides(), states);
    }

    /** All replicas are in sync: a log that has never been written to is the same everywhere. */
    private static PartitionState firstState(ClusterState state, List<Integer> replicas) {
        BrokerIncarnation leader = state.liveBroker(replicas.get(0)).incarnation();
        TreeMap<Integer, Long> epochs = new TreeMap<>();
        replicas.forEach(id -> epochs.put(id, state.liveBroker(id).incarnation().epoch()));
        return new PartitionState(
                leader.id(),
                leader.epoch(),
                0,
                0,
                List.copyOf(epochs.keySet()),
                List.of(),
                List.of(),
                epochs,
                replicas);
    }

    private static @Nullable Refusal firstOf(@Nullable Refusal one, @Nullable Refusal other) {
        return one != null ? one : other;
    }

    private static Refusal invalid(String message) {
        return Refusal.definite(ErrorReason.INVALID_REQUEST, message);
    }
}
