package io.millrace.broker.core;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as this broker has last seen it: immutable, possibly old, never from the future.
 *
 * @param controller the controller's incarnation, null while none is known
 * @param controllerEpoch epoch of that controller, -1 while none is known
 * @param controllerEndpoint its inter-broker address, null while none is known
 * @param brokers registered brokers by id
 * @param known every broker by id that has been registered while this broker watched, in its newest incarnation, unless
 *     a later one has begun: where to reach one whose registration is missing for the moment (R46)
 * @param topics by name
 */
public record ClusterImage(
        String clusterId,
        @Nullable BrokerIncarnation controller,
        int controllerEpoch,
        @Nullable String controllerEndpoint,
        SortedMap<Integer, BrokerImage> brokers,
        SortedMap<Integer, BrokerImage> known,
        SortedMap<String, TopicImage> topics) {

    public ClusterImage {
        brokers = Collections.unmodifiableSortedMap(new TreeMap<>(brokers));
        known = Collections.unmodifiableSortedMap(new TreeMap<>(known));
        topics = Collections.unmodifiableSortedMap(new TreeMap<>(topics));
    }

    /** Before anything was seen. */
    public static ClusterImage empty(String clusterId) {
        return new ClusterImage(clusterId, null, -1, null, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
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
}
