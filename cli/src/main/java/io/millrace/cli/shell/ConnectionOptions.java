package io.millrace.cli.shell;

import io.millrace.client.ClientConfig;
import io.millrace.client.MillraceClient;
import picocli.CommandLine.Option;

/** The options of every command that talks to a cluster; mix them in with {@code @Mixin}. */
public final class ConnectionOptions {
    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT,...",
            defaultValue = "${env:MILLRACE_BOOTSTRAP:-localhost:7171,localhost:7172,localhost:7173}",
            description =
                    "Brokers to find the cluster by; one that answers is enough (default: MILLRACE_BOOTSTRAP, else the"
                            + " three of a local cluster, localhost:7171 to 7173).")
    private String bootstrap = "";

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to try one call, its retries included (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    /** As given, and well formed. */
    public String bootstrap() {
        config();
        return bootstrap;
    }

    public long timeoutMs() {
        return timeoutSeconds * 1_000L;
    }

    /** A client that the caller closes; it connects with its first call. */
    public MillraceClient connect() {
        if (timeoutSeconds < 1) {
            throw CommandFailure.usage("--timeout " + timeoutSeconds + " is not positive", "Give it in seconds.");
        }
        return new MillraceClient(config().withTimeoutMs(timeoutMs()));
    }

    private ClientConfig config() {
        try {
            return ClientConfig.of(bootstrap);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(
                    "--bootstrap: " + e.getMessage(), "Give it as in --bootstrap localhost:7171,localhost:7172.");
        }
    }
}
