package io.millrace.broker.core;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A live broker.
 *
 * @param endpoints advertised {@code host:port} by listener name
 */
public record BrokerImage(
        BrokerIncarnation incarnation,
        SortedMap<String, String> endpoints,
        @Nullable String rack) {

    public static final String CLIENT_LISTENER = "client";
    public static final String INTERNAL_LISTENER = "internal";

    public BrokerImage {
        endpoints = Collections.unmodifiableSortedMap(new TreeMap<>(endpoints));
    }
}
