package io.millrace.client;

import java.util.List;

/**
 * How a client finds its cluster and how long it tries.
 *
 * @param bootstrap addresses {@code host:port}, at least one; the rest of the cluster is learned from whichever answers
 * @param timeoutMs for each call, its retries and pauses included
 */
public record ClientConfig(List<String> bootstrap, long timeoutMs) {
    public static final long DEFAULT_TIMEOUT_MS = 30_000;

    public ClientConfig {
        bootstrap = List.copyOf(bootstrap);
        if (bootstrap.isEmpty() || timeoutMs < 1) {
            throw new IllegalArgumentException(
                    "need an address and a positive timeout: " + bootstrap + ", " + timeoutMs);
        }
    }

    /** From {@code "host:port,host:port"}; {@link IllegalArgumentException} where a part is no address. */
    public static ClientConfig of(String bootstrap) {
        return new ClientConfig(Bootstrap.parse(bootstrap), DEFAULT_TIMEOUT_MS);
    }

    public ClientConfig withTimeoutMs(long newTimeoutMs) {
        return new ClientConfig(bootstrap, newTimeoutMs);
    }
}
