package io.millrace.cli.cluster;

import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace cluster kill}. */
@Command(
        name = "kill",
        mixinStandardHelpOptions = true,
        description = "Sends a signal to one process of a cluster, to see what the others do.",
        footer = {"", "Example:", "  millrace cluster kill 1", "  millrace cluster kill zk-1 --signal TERM"})
final class KillCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private MemberArgument member = new MemberArgument();

    @Option(
            names = "--signal",
            paramLabel = "NAME",
            defaultValue = "KILL",
            description = "KILL, TERM, STOP, CONT or another one of this system (default: ${DEFAULT-VALUE}).")
    private String signal = "";

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    KillCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        Member target = member.member();
        String name = signal.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
        boolean ended = new LocalCluster(directory.directory()).kill(target, name);
        if (output.isJson()) {
            Json.print(console.out(), Map.of("member", target.name(), "signal", name, "ended", ended));
        } else {
            console.out().println(target.name() + " got SIG" + name + (ended ? " and has ended" : " and lives"));
        }
        return ExitCodes.OK;
    }
}
