package io.millrace.lab.simulation.check;

import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The partitions of all topics that there are, each with its topic and its ledger. A ledger outlives its topic. */
final class WatchedPartitions {

    private final TreeMap<TopicPartition, TopicImage> topics = new TreeMap<>();
    private final TreeMap<TopicPartition, Ledger> ledgers = new TreeMap<>();

    /** From now on all of them are watched. */
    void add(TopicImage topic) {
        for (int number = 0; number < topic.partitionCount(); number++) {
            TopicPartition partition = new TopicPartition(topic.topicId(), number);
            topics.put(partition, topic);
            ledgers.put(partition, new Ledger(topic.name() + "-" + number));
        }
    }

    /** Its records are nobody's any more; some replicas may have them for a while, and answer. */
    void forget(String topicId) {
        topics.values().removeIf(topic -> topic.topicId().equals(topicId));
    }

    boolean isThere(String topicId) {
        return topics.values().stream().anyMatch(topic -> topic.topicId().equals(topicId));
    }

    boolean contains(TopicPartition partition) {
        return topics.containsKey(partition);
    }

    /** Those of topics that there are, in their order. */
    Set<TopicPartition> all() {
        return topics.keySet();
    }

    void forEach(BiConsumer<TopicPartition, TopicImage> action) {
        topics.forEach(action);
    }

    /** Null where its topic is gone. */
    @Nullable
    TopicImage topic(TopicPartition partition) {
        return topics.get(partition);
    }

    /**
     * What is true of a partition, also of one whose topic is gone.
     *
     * @throws IllegalArgumentException where it was never watched
     */
    Ledger ledger(TopicPartition partition) {
        Ledger ledger = ledgers.get(partition);
        if (ledger == null) {
            throw new IllegalArgumentException(partition + " is not watched");
        }
        return ledger;
    }
}
