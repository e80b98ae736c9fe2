package io.millrace.broker.rpc;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicImage;
import io.millrace.proto.v1.Broker;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.Topic;

/** The cluster's parts as clients see them. */
final class MetadataMessages {

    private static final String PARTITIONER = "murmur2_v1";

    private MetadataMessages() {}

    static Broker broker(BrokerImage broker) {
        String rack = broker.rack();
        return Broker.newBuilder()
                .setId(broker.incarnation().id())
                .setBrokerEpoch(broker.incarnation().epoch())
                .setEndpoint(broker.endpoints().getOrDefault(BrokerImage.CLIENT_LISTENER, ""))
                .setRack(rack == null ? "" : rack)
                .build();
    }

    /** With all partitions, also those of which nothing is known: a client that missed one would misplace keys. */
    static Topic topic(TopicImage topic) {
        Topic.Builder message = Topic.newBuilder()
                .setName(topic.name())
                .setTopicId(topic.topicId())
                .setPartitioner(PARTITIONER)
                .setMaxBatchBytes(topic.config().maxBatchBytes());
        for (int partition = 0; partition < topic.partitionCount(); partition++) {
            PartitionState state = topic.partitions().get(partition);
            message.addPartitions(state == null ? unknown(partition) : partition(partition, state));
        }
        return message.build();
    }

    private static Partition partition(int number, PartitionState state) {
        return Partition.newBuilder()
                .setPartition(number)
                .setLeaderId(state.leader())
                .setLeaderEpoch(state.leaderEpoch())
                .addAllReplicas(state.replicas())
                .addAllIsr(state.isr())
                .addAllElr(state.elr())
                .addAllLastKnownElr(state.lastKnownElr())
                .setPartitionEpoch(state.partitionEpoch())
                .build();
    }

    private static Partition unknown(int number) {
        return Partition.newBuilder()
                .setPartition(number)
                .setLeaderId(PartitionState.NO_LEADER)
                .setLeaderEpoch(-1)
                .build();
    }
}
