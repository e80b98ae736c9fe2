package io.millrace.broker.core.group.assign;

import io.millrace.broker.core.TopicPartition;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A topic whose partitions are to be given away.
 *
 * @param racks of each partition those in which it has a replica; empty where brokers do not name theirs
 */
public record AssignableTopic(String topicId, int partitionCount, List<Set<String>> racks) {
    public AssignableTopic {
        racks = List.copyOf(racks);
    }

    List<TopicPartition> partitions() {
        return IntStream.range(0, partitionCount)
                .mapToObj(partition -> new TopicPartition(topicId, partition))
                .toList();
    }

    boolean isIn(String rack, int partition) {
        return partition < racks.size() && racks.get(partition).contains(rack);
    }
}
