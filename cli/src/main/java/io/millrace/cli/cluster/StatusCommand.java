package io.millrace.cli.cluster;

import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace cluster status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows the processes of a cluster. Exits with 0 if all of them are ready, with 1 otherwise.",
        footer = {"", "Example:", "  millrace cluster status -o json"})
final class StatusCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    StatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterDirectory place = directory.directory();
        LocalCluster cluster = new LocalCluster(place);
        ClusterView view = new ClusterView(place, cluster.state().orElseThrow(cluster::noCluster));
        if (output.isJson()) {
            Json.print(console.out(), view.json());
        } else {
            view.print(console.out());
        }
        return view.isAllReady() ? ExitCodes.OK : ExitCodes.FAILED;
    }
}
