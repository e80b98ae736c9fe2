package io.millrace.coordinator.curator;

/**
 * Where the ensemble is and how long to wait for it.
 *
 * @param connect {@code host:port} of each server, with commas between
 * @param root where Millrace's tree begins, such as {@code /millrace}; made when it is first written to
 * @param sessionTimeoutMs how long the ensemble keeps ephemeral nodes of a client that it does not hear; the servers may
 *     grant another value
 * @param connectionTimeoutMs how long a connection may take before it is begun anew
 */
public record CuratorConfig(String connect, String root, int sessionTimeoutMs, int connectionTimeoutMs) {

    public CuratorConfig {
        if (!root.startsWith("/") || root.endsWith("/")) {
            throw new IllegalArgumentException("Not a path for the tree to begin at: " + root);
        }
        if (sessionTimeoutMs <= 0 || connectionTimeoutMs <= 0) {
            throw new IllegalArgumentException("A timeout must be positive");
        }
    }
}
