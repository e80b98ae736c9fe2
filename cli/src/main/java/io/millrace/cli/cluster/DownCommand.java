package io.millrace.cli.cluster;

import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace cluster down}. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stops the processes of a cluster and keeps its data. Ends nothing that `up` did not start.",
        footer = {"", "Example:", "  millrace cluster down"})
final class DownCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    DownCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterDirectory place = directory.directory();
        LocalCluster.Down down = new LocalCluster(place).down();
        if (output.isJson()) {
            Json.print(console.out(), Map.of("stopped", names(down.stopped()), "killed", names(down.killed())));
        } else if (down.stopped().isEmpty()) {
            console.out().println("No cluster runs in " + place.root());
        } else {
            console.out().println("Stopped " + join(down.stopped()) + "; the data stays in " + place.root());
            if (!down.killed().isEmpty()) {
                console.out().println("Did not stop in time and were killed: " + join(down.killed()));
            }
        }
        return ExitCodes.OK;
    }

    private static List<String> names(List<Member> members) {
        return members.stream().map(Member::name).toList();
    }

    private static String join(List<Member> members) {
        return members.stream().map(Member::name).collect(Collectors.joining(", "));
    }
}
