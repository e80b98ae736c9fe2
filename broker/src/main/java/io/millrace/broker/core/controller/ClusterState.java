package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.InvariantViolation;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the controller decides upon.
 *
 * @param controllerEpoch under which this controller was elected, never read again later (R17)
 * @param live registered brokers by id
 * @param topics by name
 * @param unreadable names of topics whose node cannot be read: taken, but left alone
 */
public record ClusterState(
        int controllerEpoch,
        SortedMap<Integer, LiveBroker> live,
        SortedMap<String, TopicImage> topics,
        SortedSet<String> unreadable) {

    public ClusterState {
        live = Collections.unmodifiableSortedMap(new TreeMap<>(live));
        topics = Collections.unmodifiableSortedMap(new TreeMap<>(topics));
        unreadable = Collections.unmodifiableSortedSet(new TreeSet<>(unreadable));
    }

    public boolean isLive(BrokerIncarnation broker) {
        LiveBroker found = live.get(broker.id());
        return found != null && found.incarnation().equals(broker);
    }

    /** The live broker {@code id}, which must be one. */
    LiveBroker liveBroker(int id) {
        LiveBroker found = live.get(id);
        if (found == null) {
            throw new InvariantViolation("INV-CTL-4", "broker " + id + " was chosen and is not live");
        }
        return found;
    }

    /** The topic that {@code partition} is of, null where it is gone. */
    @Nullable
    TopicImage topicOf(TopicPartition partition) {
        for (TopicImage topic : topics.values()) {
            if (topic.topicId().equals(partition.topicId())) {
                return topic;
            }
        }
        return null;
    }

    ClusterState withLive(SortedMap<Integer, LiveBroker> nowLive) {
        return new ClusterState(controllerEpoch, nowLive, topics, unreadable);
    }

    ClusterState withTopic(TopicImage topic) {
        TreeMap<String, TopicImage> next = new TreeMap<>(topics);
        next.put(topic.name(), topic);
        return new ClusterState(controllerEpoch, live, next, unreadable);
    }

    ClusterState withoutTopic(String name) {
        TreeMap<String, TopicImage> next = new TreeMap<>(topics);
        next.remove(name);
        return new ClusterState(controllerEpoch, live, next, unreadable);
    }

    ClusterState with(Collection<Write.ChangePartition> changes) {
        TreeMap<String, TreeMap<Integer, PartitionState>> changed = new TreeMap<>();
        for (Write.ChangePartition change : changes) {
            changed.computeIfAbsent(change.topic(), name -> new TreeMap<>()).put(change.partition(), change.after());
        }
        TreeMap<String, TopicImage> next = new TreeMap<>(topics);
        changed.forEach((name, states) -> next.computeIfPresent(name, (n, topic) -> withPartitions(topic, states)));
        return new ClusterState(controllerEpoch, live, next, unreadable);
    }

    private static TopicImage withPartitions(TopicImage topic, SortedMap<Integer, PartitionState> states) {
        TreeMap<Integer, PartitionState> partitions = new TreeMap<>(topic.partitions());
        partitions.putAll(states);
        return new TopicImage(
                topic.name(),
                topic.topicId(),
                topic.partitionCount(),
                topic.replicationFactor(),
                topic.config(),
                topic.overrides(),
                partitions);
    }
}
