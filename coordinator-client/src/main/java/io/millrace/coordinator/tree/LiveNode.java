package io.millrace.coordinator.tree;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /brokers/<id>/live-<brokerEpoch>}, ephemeral: a broker that is up.
 *
 * @param endpoints advertised {@code host:port} by listener name: {@code client}, {@code internal}
 */
public record LiveNode(
        int brokerId,
        long brokerEpoch,
        SortedMap<String, String> endpoints,
        @Nullable String rack) {}
