package io.millrace.broker.controller;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.MembershipRules;
import io.millrace.coordinator.tree.MalformedNodeException;
import io.millrace.coordinator.tree.Paths;
import io.millrace.coordinator.tree.StateChunk;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import io.millrace.coordinator.tree.TopicNode;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** Topics as the broker knows them, to and from what stands in the tree. */
final class TopicNodes {

    private static final String DURABILITY = "durability";
    private static final String MIN_INSYNC_REPLICAS = "minInsyncReplicas";
    private static final String SEGMENT_BYTES = "segmentBytes";
    private static final String MAX_BATCH_BYTES = "maxBatchBytes";

    private TopicNodes() {}

    /** The node of {@code topic} while only {@code partitions} of its partitions are recorded. */
    static TopicNode node(TopicImage topic, int partitions) {
        TreeMap<String, String> config = new TreeMap<>();
        config.put(DURABILITY, topic.config().durability().name().toLowerCase(Locale.ROOT));
        config.put(MIN_INSYNC_REPLICAS, Integer.toString(topic.config().minInsyncReplicas()));
        config.put(SEGMENT_BYTES, Long.toString(topic.config().segmentBytes()));
        config.put(MAX_BATCH_BYTES, Integer.toString(topic.config().maxBatchBytes()));
        return new TopicNode(topic.topicId(), partitions, topic.replicationFactor(), config, topic.overrides());
    }

    /** The states of one chunk of {@code topic}. */
    static StateChunk chunk(TopicImage topic, int chunk, int controllerEpoch) {
        int first = chunk * Paths.PARTITIONS_PER_CHUNK;
        TreeMap<Integer, PartitionNode> partitions = new TreeMap<>();
        topic.partitions()
                .subMap(first, first + Paths.PARTITIONS_PER_CHUNK)
                .forEach((partition, state) -> partitions.put(partition, node(state)));
        return new StateChunk(topic.topicId(), controllerEpoch, partitions);
    }

    /** @throws MalformedNodeException where a configuration value is missing or not what it should be */
    static TopicImage image(String name, TopicNode node, SortedMap<Integer, PartitionState> partitions) {
        return new TopicImage(
                name,
                node.topicId(),
                node.partitions(),
                node.replicationFactor(),
                config(name, node.config()),
                node.overrides(),
                partitions);
    }

    /**
     * The states that {@code chunk} holds.
     *
     * @throws MalformedNodeException where one of them breaks a rule that every recorded state keeps: it was written by
     *     hand, and to decide upon it would stop one controller after the other
     */
    static SortedMap<Integer, PartitionState> states(String path, StateChunk chunk) {
        TreeMap<Integer, PartitionState> states = new TreeMap<>();
        chunk.partitions().forEach((partition, node) -> states.put(partition, state(path, node)));
        return states;
    }

    private static PartitionState state(String path, PartitionNode node) {
        PartitionState state = new PartitionState(
                node.leader(),
                node.leaderBrokerEpoch(),
                node.leaderEpoch(),
                node.partitionEpoch(),
                node.isr(),
                node.elr(),
                node.lastKnownElr(),
                node.memberEpochs(),
                node.replicas());
        MembershipRules.problem(state).ifPresent(problem -> {
            throw new MalformedNodeException(path, new IllegalArgumentException(problem + ": " + node));
        });
        return state;
    }

    private static PartitionNode node(PartitionState state) {
        return new PartitionNode(
                state.leader(),
                state.leaderBrokerEpoch(),
                state.leaderEpoch(),
                state.partitionEpoch(),
                state.isr(),
                state.elr(),
                state.lastKnownElr(),
                state.memberEpochs(),
                state.replicas());
    }

    private static TopicConfig config(String name, SortedMap<String, String> config) {
        try {
            return checked(new TopicConfig(
                    Durability.valueOf(value(config, DURABILITY).toUpperCase(Locale.ROOT)),
                    Integer.parseInt(value(config, MIN_INSYNC_REPLICAS)),
                    Long.parseLong(value(config, SEGMENT_BYTES)),
                    Integer.parseInt(value(config, MAX_BATCH_BYTES))));
        } catch (IllegalArgumentException wrong) {
            throw new MalformedNodeException(Paths.topic(name), wrong);
        }
    }

    /** What no broker could open a log with was written by hand, and must not stop every broker that reads it. */
    private static TopicConfig checked(TopicConfig config) {
        boolean fits = config.segmentBytes() > 0
                && config.segmentBytes() <= TopicConfig.MAX_SEGMENT_BYTES
                && config.maxBatchBytes() > 0
                && config.maxBatchBytes() <= config.segmentBytes();
        if (!fits) {
            throw new IllegalArgumentException("segmentBytes and maxBatchBytes of " + config + " cannot be used");
        }
        return config;
    }

    private static String value(SortedMap<String, String> config, String key) {
        String value = config.get(key);
        if (value == null) {
            throw new IllegalArgumentException("config has no " + key);
        }
        return value;
    }
}
