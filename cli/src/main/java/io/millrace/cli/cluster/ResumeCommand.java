package io.millrace.cli.cluster;

import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace cluster resume}. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Lets a process of a cluster that was paused go on (SIGCONT).",
        footer = {"", "Example:", "  millrace cluster resume 1"})
final class ResumeCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private MemberArgument member = new MemberArgument();

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    ResumeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        Member target = member.member();
        new LocalCluster(directory.directory()).resume(target);
        if (output.isJson()) {
            Json.print(console.out(), Map.of("member", target.name(), "paused", false));
        } else {
            console.out().println(target.name() + " goes on");
        }
        return ExitCodes.OK;
    }
}
