package io.millrace.bench.cluster;

import io.millrace.client.CommitPosition;
import io.millrace.client.Consumer;
import io.millrace.client.ConsumerConfig;
import io.millrace.client.GroupConfig;
import io.millrace.client.TopicPartition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class MillraceCommitter implements GroupCommitter {
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Consumer consumer;
    private final Set<TopicPartition> partitions;

    /** Returns once it has all partitions. */
    MillraceCommitter(String bootstrap, String group, String topic, int partitions) {
        this.consumer = Consumer.open(ConsumerConfig.of(bootstrap));
        consumer.subscribe(List.of(topic), GroupConfig.of(group).withAutoCommitIntervalMs(0));
        while (consumer.assigned().size() < partitions) {
            var unused = consumer.poll(LOOK);
        }
        this.partitions = consumer.assigned();
        consumer.pause(this.partitions);
    }

    @Override
    public void commit(long offset) {
        Map<TopicPartition, CommitPosition> positions = new HashMap<>();
        partitions.forEach(partition -> positions.put(partition, CommitPosition.of(offset)));
        consumer.commit(positions);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
