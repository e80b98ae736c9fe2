package io.millrace.client;

/** One partition of one topic. */
public record TopicPartition(String topic, int partition) {
    public TopicPartition {
        if (topic.isEmpty() || partition < 0) {
            throw new IllegalArgumentException("no partition: '" + topic + "', " + partition);
        }
    }

    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
