package io.millrace.cli.cluster;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which cluster of this machine is meant. */
public final class DirectoryOptions {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "${env:HOME:-${sys:user.home}}/.millrace/local",
            description = "Where the cluster keeps its data and logs (default: ~/.millrace/local).")
    private Path dir = Path.of("");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    /** The processes of that cluster, and where to find it as a client; fails where none was started. */
    public LocalProcesses processes() throws IOException {
        return LocalProcesses.of(directory());
    }

    /** Whether the command line names it, so that the next one has to as well. */
    boolean isNamed() {
        return command.commandLine().getParseResult().hasMatchedOption("--dir");
    }

    ClusterDirectory directory() {
        return new ClusterDirectory(dir);
    }
}
