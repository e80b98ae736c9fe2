package io.millrace.bench.cluster;

import io.millrace.client.Producer;
import io.millrace.client.ProducerConfig;
import io.millrace.client.ProducerRecord;

final class MillraceWriter implements RecordWriter {
    private final Producer producer;
    private final String topic;

    MillraceWriter(String bootstrap, String topic) {
        this.producer = Producer.open(ProducerConfig.of(bootstrap));
        this.topic = topic;
    }

    @Override
    public void send(int partition, byte[] value, Answer answer) {
        ProducerRecord record = ProducerRecord.of(topic, value);
        producer.send(
                partition == ANY_PARTITION ? record : record.withPartition(partition),
                (receipt, failure) -> answer.onDone(failure == null));
    }

    @Override
    public void close() {
        producer.close();
    }
}
