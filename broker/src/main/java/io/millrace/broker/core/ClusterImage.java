package io.millrace.broker.core;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The cluster as this broker has last seen it: immutable, possibly old, never from the future. */
public final class ClusterImage {
    private final String clusterId;
    private final @Nullable BrokerIncarnation controller;
    private final int controllerEpoch;
    private final @Nullable String controllerEndpoint;
    private final SortedMap<Integer, BrokerImage> brokers;
    private final SortedMap<Integer, BrokerImage> known;
    private final SortedMap<String, TopicImage> topics;
    /** Made when somebody asks: images come often, and mostly nobody does. */
    private volatile @Nullable SortedMap<String, TopicImage> topicsById;

    /**
     * @param controller the controller's incarnation, null while none is known
     * @param controllerEpoch epoch of that controller, -1 while none is known
     * @param controllerEndpoint its inter-broker address, null while none is known
     * @param brokers registered brokers by id
     * @param known every broker by id that has been registered while this broker watched, in its newest incarnation, unless
     *     a later one has begun: where to reach one whose registration is missing for the moment (R46)
     * @param topics by name
     */
    public ClusterImage(
            String clusterId,
            @Nullable BrokerIncarnation controller,
            int controllerEpoch,
            @Nullable String controllerEndpoint,
            SortedMap<Integer, BrokerImage> brokers,
            SortedMap<Integer, BrokerImage> known,
            SortedMap<String, TopicImage> topics) {
        this.clusterId = clusterId;
        this.controller = controller;
        this.controllerEpoch = controllerEpoch;
        this.controllerEndpoint = controllerEndpoint;
        this.brokers = Collections.unmodifiableSortedMap(new TreeMap<>(brokers));
        this.known = Collections.unmodifiableSortedMap(new TreeMap<>(known));
        this.topics = Collections.unmodifiableSortedMap(new TreeMap<>(topics));
    }

    /** Before anything was seen. */
    public static ClusterImage empty(String clusterId) {
        return new ClusterImage(clusterId, null, -1, null, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    public String clusterId() {
        return clusterId;
    }

    /** Null while none is known. */
    public @Nullable BrokerIncarnation controller() {
        return controller;
    }

    /** -1 while no controller is known. */
    public int controllerEpoch() {
        return controllerEpoch;
    }

    /** Its inter-broker address, null while none is known. */
    public @Nullable String controllerEndpoint() {
        return controllerEndpoint;
    }

    /** Those that are registered, by id. */
    public SortedMap<Integer, BrokerImage> brokers() {
        return brokers;
    }

    /** Those that are or were registered, by id: where to reach one whose registration is missing for the moment (R46). */
    public SortedMap<Integer, BrokerImage> known() {
        return known;
    }

    /** By name. */
    public SortedMap<String, TopicImage> topics() {
        return topics;
    }

    /** The topic of that id, null where there is none any more, or not yet. */
    public @Nullable TopicImage topicOf(String topicId) {
        SortedMap<String, TopicImage> byId = topicsById;
        if (byId == null) {
            byId = new TreeMap<>();
            for (TopicImage topic : topics.values()) {
                byId.put(topic.topicId(), topic);
            }
            topicsById = byId;
        }
        return byId.get(topicId);
    }

    public boolean isRegistered(BrokerIncarnation broker) {
        BrokerImage found = brokers.get(broker.id());
        return found != null && found.incarnation().equals(broker);
    }

    /** What is known of {@code broker}, registered or not; null where that is nothing, or another incarnation. */
    public @Nullable BrokerImage known(BrokerIncarnation broker) {
        BrokerImage found = known.get(broker.id());
        return found == null || !found.incarnation().equals(broker) ? null : found;
    }

    @Override
    public String toString() {
        return "ClusterImage[" + clusterId + ", controller " + controller + " in epoch " + controllerEpoch
                + ", brokers " + brokers.values() + ", known " + known.values() + ", topics " + topics.values() + "]";
    }
}
