package io.millrace.cli.perf;

import io.millrace.cli.cluster.DirectoryOptions;
import io.millrace.cli.shell.ConnectionOptions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;

/** Where the cluster is: by the addresses of brokers, or, on this machine, by its directory. */
final class LocalOption {
    @ArgGroup(exclusive = false)
    private @Nullable DirectoryOptions local;

    @Nullable
    DirectoryOptions directory() {
        return local;
    }

    String bootstrap(ConnectionOptions connection) throws IOException {
        return local == null ? connection.bootstrap() : local.processes().bootstrap();
    }
}
