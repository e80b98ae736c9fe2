package io.millrace.cli;

import io.millrace.cli.broker.BrokerCommand;
import io.millrace.cli.cluster.ClusterCommand;
import io.millrace.cli.consume.ConsumeCommand;
import io.millrace.cli.group.GroupCommand;
import io.millrace.cli.lab.LabCommand;
import io.millrace.cli.log.LogCommand;
import io.millrace.cli.offsets.OffsetsCommand;
import io.millrace.cli.perf.PerfCommand;
import io.millrace.cli.produce.ProduceCommand;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.EnumWords;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Failure;
import io.millrace.cli.shell.WholeNumbers;
import io.millrace.cli.topic.TopicCommand;
import io.millrace.cli.zookeeper.ZooKeeperCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the {@code millrace} command: knows the commands, and turns what they throw into words and exit codes. */
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        version = "millrace 0.1.0",
        description = "Runs, fills, reads and looks after a Millrace cluster.",
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 no broker answered, 4 refused by the cluster.",
            "",
            "Example:",
            "  millrace cluster up",
            "  millrace topic create orders --partitions 6",
            "  millrace produce orders --file orders.txt",
            "  millrace consume orders --from-beginning --exit-at-end"
        })
public final class Main implements Runnable {
    /** How long a command that was asked to stop may take for its last commit. */
    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] args) {
        Console console = Console.ofProcess();
        CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(console, exitCode), "mill-cli-stop"));
        int code = run(console, args);
        exitCode.complete(code);
        System.exit(code);
    }

    /** Runs one command line and returns its exit code, with everything written flushed. */
    public static int run(Console console, String... args) {
        int exitCode = commandLine(console).execute(args);
        console.out().flush();
        console.err().flush();
        return exitCode;
    }

    static CommandLine commandLine(Console console) {
        CommandLine line = new CommandLine(new Main())
                .addSubcommand(ClusterCommand.commandLine(console))
                .addSubcommand(TopicCommand.commandLine(console))
                .addSubcommand(new ProduceCommand(console))
                .addSubcommand(new ConsumeCommand(console))
                .addSubcommand(GroupCommand.commandLine(console))
                .addSubcommand(OffsetsCommand.commandLine(console))
                .addSubcommand(LogCommand.commandLine(console))
                .addSubcommand(LabCommand.commandLine(console))
                .addSubcommand(PerfCommand.commandLine(console))
                .addSubcommand(new ZooKeeperCommand(console))
                .addSubcommand(new BrokerCommand());
        giveVersion(line, line.getCommandSpec().version());
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        WholeNumbers.register(line);
        EnumWords.register(line);
        line.setParameterExceptionHandler((wrong, words) -> correct(wrong, console.err()));
        line.setExecutionExceptionHandler((thrown, command, parsed) -> explain(thrown, console));
        return line;
    }

    /** Every command takes --version, and there is one version. */
    private static void giveVersion(CommandLine line, String... version) {
        line.getCommandSpec().version(version);
        line.getSubcommands().values().forEach(subcommand -> giveVersion(subcommand, version));
    }

    /** The whole usage text would hide the one line that says what is wrong. */
    private static int correct(ParameterException wrong, PrintStream err) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        String message = String.valueOf(wrong.getMessage());
        // What picocli says of options that exclude each other brings an `Error: ` of its own.
        String cause = message.startsWith("Error: ") ? message.substring("Error: ".length()) : message;
        new Failure(ExitCodes.USAGE, cause, "See `" + command + " --help`.").print(err);
        return ExitCodes.USAGE;
    }

    private static int explain(Exception thrown, Console console) throws Exception {
        Failure failure = Failure.of(thrown);
        if (failure == null) {
            throw thrown;
        }
        console.out().flush();
        failure.print(console.err());
        return failure.exitCode();
    }

    /**
     * Runs when the process ends, for whatever reason. After a signal the JVM would exit with 130 or 143 however cleanly
     * the command ended; the command's own exit code is the truth.
     */
    private static void stop(Console console, CompletableFuture<Integer> exitCode) {
        if (exitCode.isDone() || !console.stop().request()) {
            return;
        }
        long limitSeconds = console.stop().limit().toSeconds();
        try {
            Runtime.getRuntime().halt(exitCode.get(limitSeconds, TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            console.err().println("error: the command did not stop within " + limitSeconds + " s");
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exit code cannot fail", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }
}
