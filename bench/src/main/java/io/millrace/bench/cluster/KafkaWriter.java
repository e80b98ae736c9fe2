package io.millrace.bench.cluster;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

final class KafkaWriter implements RecordWriter {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;

    KafkaWriter(Map<String, Object> config, String topic) {
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
    }

    @Override
    public void send(int partition, byte[] value, Answer answer) {
        Integer chosen = partition == ANY_PARTITION ? null : partition;
        var unused = producer.send(
                new ProducerRecord<>(topic, chosen, null, value),
                (metadata, failure) -> answer.onDone(failure == null));
    }

    @Override
    public void close() {
        producer.close();
    }
}
