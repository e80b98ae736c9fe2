package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.Fitness;
import io.millrace.broker.core.InvariantViolation;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguards;
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
 * @param stopping incarnations that are about to stop, by id
 * @param failed logs that have failed or are gone, by the incarnation that said so
 * @param unfit brokers that are not fine, by id
 * @param safeguards all of them, but in tests
 */
public record ClusterState(
        int controllerEpoch,
        SortedMap<Integer, LiveBroker> live,
        SortedMap<String, TopicImage> topics,
        SortedSet<String> unreadable,
        SortedMap<Integer, BrokerIncarnation> stopping,
        SortedMap<Integer, FailedReplicas> failed,
        SortedMap<Integer, Unfit> unfit,
        Safeguards safeguards) {

    public ClusterState {
        live = Collections.unmodifiableSortedMap(new TreeMap<>(live));
        topics = Collections.unmodifiableSortedMap(new TreeMap<>(topics));
        unreadable = Collections.unmodifiableSortedSet(new TreeSet<>(unreadable));
        stopping = Collections.unmodifiableSortedMap(new TreeMap<>(stopping));
        failed = Collections.unmodifiableSortedMap(new TreeMap<>(failed));
        unfit = Collections.unmodifiableSortedMap(new TreeMap<>(unfit));
    }

    /** What one incarnation has said of its logs. */
    public record FailedReplicas(BrokerIncarnation broker, SortedSet<FailedLog> logs) {
        public FailedReplicas {
            logs = Collections.unmodifiableSortedSet(new TreeSet<>(logs));
        }
    }

    /** What one incarnation has said of itself. */
    public record Unfit(BrokerIncarnation broker, Fitness fitness) {}

    /** What a new controller has read; that brokers are there is its first input. */
    public static ClusterState read(
            int controllerEpoch,
            SortedMap<String, TopicImage> topics,
            SortedSet<String> unreadable,
            Safeguards safeguards) {
        return new ClusterState(
                controllerEpoch,
                new TreeMap<>(),
                topics,
                unreadable,
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                safeguards);
    }

    public boolean isLive(BrokerIncarnation broker) {
        LiveBroker found = live.get(broker.id());
        return found != null && found.incarnation().equals(broker);
    }

    /** Whether the live incarnation of {@code id} is about to stop. */
    boolean isStopping(int id) {
        BrokerIncarnation leaving = stopping.get(id);
        return leaving != null && isLive(leaving);
    }

    /** Whether {@code broker} has said that it has no log of {@code partition} that works. */
    boolean hasFailed(BrokerIncarnation broker, TopicPartition partition) {
        return hasSaid(broker, FailedLog.failed(partition)) || isGone(broker, partition);
    }

    /** Whether {@code broker} has said that its log of {@code partition} is not there any more. */
    boolean isGone(BrokerIncarnation broker, TopicPartition partition) {
        return hasSaid(broker, FailedLog.gone(partition));
    }

    private boolean hasSaid(BrokerIncarnation broker, FailedLog log) {
        FailedReplicas said = failed.get(broker.id());
        return said != null && said.broker().equals(broker) && said.logs().contains(log);
    }

    /** Of the live incarnation of {@code id}. */
    Fitness fitness(int id) {
        Unfit said = unfit.get(id);
        return said != null && isLive(said.broker()) ? said.fitness() : Fitness.FINE;
    }

    /** How many partitions {@code broker} leads. */
    public int ledBy(BrokerIncarnation broker) {
        return (int) topics.values().stream()
                .flatMap(topic -> topic.partitions().values().stream())
                .filter(state -> state.isLedBy(broker))
                .count();
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
        return new ClusterState(controllerEpoch, nowLive, topics, unreadable, stopping, failed, unfit, safeguards);
    }

    ClusterState withStopping(BrokerIncarnation broker) {
        TreeMap<Integer, BrokerIncarnation> next = new TreeMap<>(stopping);
        next.put(broker.id(), broker);
        return new ClusterState(controllerEpoch, live, topics, unreadable, next, failed, unfit, safeguards);
    }

    ClusterState withFailed(BrokerIncarnation broker, SortedSet<FailedLog> logs) {
        TreeMap<Integer, FailedReplicas> next = new TreeMap<>(failed);
        next.put(broker.id(), new FailedReplicas(broker, logs));
        return new ClusterState(controllerEpoch, live, topics, unreadable, stopping, next, unfit, safeguards);
    }

    ClusterState withFitness(BrokerIncarnation broker, Fitness fitness) {
        Unfit said = unfit.get(broker.id());
        if (said != null && said.broker().epoch() > broker.epoch()) {
            return this;
        }
        TreeMap<Integer, Unfit> next = new TreeMap<>(unfit);
        if (fitness == Fitness.FINE) {
            next.remove(broker.id());
        } else {
            next.put(broker.id(), new Unfit(broker, fitness));
        }
        return new ClusterState(controllerEpoch, live, topics, unreadable, stopping, failed, next, safeguards);
    }

    ClusterState withTopic(TopicImage topic) {
        TreeMap<String, TopicImage> next = new TreeMap<>(topics);
        next.put(topic.name(), topic);
        return withTopics(next);
    }

    ClusterState withoutTopic(String name) {
        TreeMap<String, TopicImage> next = new TreeMap<>(topics);
        next.remove(name);
        return withTopics(next);
    }

    ClusterState with(Collection<Write.ChangePartition> changes) {
        TreeMap<String, TreeMap<Integer, PartitionState>> changed = new TreeMap<>();
        for (Write.ChangePartition change : changes) {
            changed.computeIfAbsent(change.topic(), name -> new TreeMap<>()).put(change.partition(), change.after());
        }
        TreeMap<String, TopicImage> next = new TreeMap<>(topics);
        changed.forEach((name, states) -> next.computeIfPresent(name, (n, topic) -> withPartitions(topic, states)));
        return withTopics(next);
    }

    private ClusterState withTopics(SortedMap<String, TopicImage> next) {
        return new ClusterState(controllerEpoch, live, next, unreadable, stopping, failed, unfit, safeguards);
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
