package io.millrace.cli.cluster;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which cluster of this machine is meant. */
final class DirectoryOptions {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "${env:HOME:-${sys:user.home}}/.millrace/local",
            description = "Where the cluster keeps its data and logs (default: ~/.millrace/local).")
    private Path dir = Path.of("");

    ClusterDirectory directory() {
        return new ClusterDirectory(dir);
    }
}
