package io.millrace.bench.cluster;

import io.millrace.client.ConsumerConfig;
import io.millrace.client.ConsumerRecord;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicPartition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

final class MillraceReader implements RecordReader {
    private final io.millrace.client.Consumer consumer;

    MillraceReader(String bootstrap, String topic) {
        this.consumer = io.millrace.client.Consumer.open(ConsumerConfig.of(bootstrap));
        Map<TopicPartition, StartPosition> begins = new HashMap<>();
        for (int partition = 0; partition < Cluster.PARTITIONS; partition++) {
            begins.put(new TopicPartition(topic, partition), StartPosition.earliest());
        }
        consumer.assign(begins);
    }

    @Override
    public void poll(Duration patience, Consumer<ByteBuffer> onValue) {
        for (ConsumerRecord record : consumer.poll(patience)) {
            ByteBuffer value = record.value();
            if (value != null) {
                onValue.accept(value);
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
