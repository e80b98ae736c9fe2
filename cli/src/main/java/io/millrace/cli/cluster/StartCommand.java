package io.millrace.cli.cluster;

import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace cluster start}. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = "Starts one process of a cluster again, on its old data, and waits until it is ready.",
        footer = {"", "Example:", "  millrace cluster start 1"})
final class StartCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private MemberArgument member = new MemberArgument();

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    StartCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterDirectory place = directory.directory();
        Member target = member.member();
        ClusterState state = new LocalCluster(place).start(target);
        if (output.isJson()) {
            Json.print(console.out(), new ClusterView(place, state).json());
        } else {
            console.out()
                    .println(target.name() + " is ready on " + state.layout().clientAddress(target));
        }
        return ExitCodes.OK;
    }
}
