package io.millrace.broker.rpc;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.PartitionStates;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Cluster images for tests: topic {@value TOPIC} whose partitions have given leaders. */
final class Clusters {

    static final String ID = "test-cluster";
    static final String TOPIC = "orders";
    static final String TOPIC_ID = "AAAAAAAAAAAAAAAAAAAAAA";
    static final int LEADER_EPOCH = 5;
    static final TopicConfig CONFIG = new TopicConfig(Durability.FSYNC, 2, 1 << 28, 1 << 20);
    static final RpcLimits LIMITS = new RpcLimits(8 << 20, 1 << 20, 16 << 20, 4 << 20, 60_000, 100, 32 << 20);

    private Clusters() {}

    /** Every broker at epoch 10 times its id; the first one is the controller. */
    static BrokerIncarnation incarnation(int id) {
        return new BrokerIncarnation(id, id * 10L);
    }

    static TopicPartition partition(int number) {
        return new TopicPartition(TOPIC_ID, number);
    }

    static BrokerImage broker(int id, String clientEndpoint, String internalEndpoint) {
        return new BrokerImage(
                incarnation(id),
                new TreeMap<>(Map.of(
                        BrokerImage.CLIENT_LISTENER, clientEndpoint,
                        BrokerImage.INTERNAL_LISTENER, internalEndpoint)),
                null);
    }

    /** Only the first one of the topic's partitions has a state yet; {@code broker} leads it. */
    static ClusterImage partlyKnown(BrokerImage broker, int partitionCount) {
        ClusterImage image = image(List.of(broker), broker.incarnation().id());
        TopicImage known = topic(CONFIG, broker.incarnation().id());
        TopicImage partly = new TopicImage(TOPIC, TOPIC_ID, partitionCount, 3, CONFIG, List.of(), known.partitions());
        return new ClusterImage(
                ID,
                image.controller(),
                image.controllerEpoch(),
                image.controllerEndpoint(),
                image.brokers(),
                image.known(),
                new TreeMap<>(Map.of(TOPIC, partly)));
    }

    /** @param leaders of the topic's partitions by number; -1 where there is none */
    static ClusterImage image(List<BrokerImage> brokers, int... leaders) {
        SortedMap<Integer, BrokerImage> byId = new TreeMap<>();
        brokers.forEach(broker -> byId.put(broker.incarnation().id(), broker));
        BrokerImage controller = brokers.get(0);
        return new ClusterImage(
                ID,
                controller.incarnation(),
                1,
                controller.endpoints().get(BrokerImage.INTERNAL_LISTENER),
                byId,
                byId,
                new TreeMap<>(Map.of(TOPIC, topic(CONFIG, leaders))));
    }

    static TopicImage topic(TopicConfig config, int... leaders) {
        SortedMap<Integer, PartitionState> partitions = new TreeMap<>();
        for (int i = 0; i < leaders.length; i++) {
            int leader = leaders[i];
            List<Integer> replicas = leader < 0 ? List.of(1) : List.of(leader);
            partitions.put(i, PartitionStates.of(leader, leader * 10L, LEADER_EPOCH, 1, replicas, replicas));
        }
        return new TopicImage(TOPIC, TOPIC_ID, leaders.length, 3, config, List.of("durability"), partitions);
    }
}
