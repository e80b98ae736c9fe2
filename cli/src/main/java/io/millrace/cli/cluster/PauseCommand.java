package io.millrace.cli.cluster;

import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace cluster pause}. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = {
            "Stops one process of a cluster where it is (SIGSTOP), as a long pause of the machine would: its connections"
                    + " stay open, and nobody answers on them."
        },
        footer = {"", "Example:", "  millrace cluster pause 1", "  millrace cluster resume 1"})
final class PauseCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private MemberArgument member = new MemberArgument();

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    PauseCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        Member target = member.member();
        new LocalCluster(directory.directory()).pause(target);
        if (output.isJson()) {
            Json.print(console.out(), Map.of("member", target.name(), "paused", true));
        } else {
            console.out().println(target.name() + " is paused: it does nothing and answers nobody until it is resumed");
        }
        return ExitCodes.OK;
    }
}
