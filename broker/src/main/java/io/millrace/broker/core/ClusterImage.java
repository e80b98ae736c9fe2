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
 * @param brokers live brokers by id
 * @param topics by name
 */
public record ClusterImage(
        String clusterId,
        @Nullable BrokerIncarnation controller,
        int controllerEpoch,
        @Nullable String controllerEndpoint,
        SortedMap<Integer, BrokerImage> brokers,
        SortedMap<String, TopicImage> topics) {

    public ClusterImage {
        brokers = Collections.unmodifiableSortedMap(new TreeMap<>(brokers));
        topics = Collections.unmodifiableSortedMap(new TreeMap<>(topics));
    }

    /** Before anything was seen. */
    public static ClusterImage empty(String clusterId) {
        return new ClusterImage(clusterId, null, -1, null, new TreeMap<>(), new TreeMap<>());
    }
}
