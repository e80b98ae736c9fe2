package io.millrace.cli.lab;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.lab.history.check.HistoryCheck;
import io.millrace.lab.history.check.HistoryReport;
import io.millrace.lab.history.plant.HistorySelfTest;
import io.millrace.lab.history.plant.HistorySelfTest.Trial;
import io.millrace.lab.history.plant.SampleHistory;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace lab check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Reads the history of a run, simulated or real, and names what must not be in it: lost, duplicated,"
                    + " reordered and refused records, high watermarks, epochs and commits that go back, two leaders.",
            "Several files of one machine are read as one history. Exits with 0 only if nothing was found, and there were"
                    + " events to find it in."
        },
        footer = {
            "",
            "Example:",
            "  millrace lab simulate --seeds 1 --seed 7 --history run.jsonl",
            "  millrace lab check run.jsonl",
            "  millrace lab check --self-test"
        })
final class CheckCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Histories, one event a line.")
    private List<Path> files = List.of();

    @Option(
            names = "--self-test",
            description = "Also plants each anomaly into a history without any. Each has to be found as what it is, and"
                    + " nothing else; exits with 1 otherwise.")
    private boolean isSelfTest;

    @Mixin
    private OutputOptions output = new OutputOptions();

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws FileSystemException {
        if (files.isEmpty() && !isSelfTest) {
            throw CommandFailure.usage("Name a file, or --self-test.", "See `millrace lab check --help`.");
        }
        List<Trial> trials = isSelfTest ? HistorySelfTest.run(SampleHistory.events()) : List.of();
        HistoryVerdict verdict = new HistoryVerdict(files.isEmpty() ? null : check(), trials);
        if (output.isJson()) {
            Json.print(console.out(), verdict.json());
        } else {
            verdict.print(console.out());
        }
        return verdict.isGood() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private HistoryReport check() throws FileSystemException {
        HistoryReport report = read();
        if (report.events() == 0) {
            throw CommandFailure.failed(
                    "there are no events in the history, so it proves nothing",
                    "Name the file that `millrace lab run` or `millrace lab simulate` wrote with --history.");
        }
        return report;
    }

    private HistoryReport read() throws FileSystemException {
        try {
            return HistoryCheck.check(files);
        } catch (FileSystemException e) {
            // Nothing there, or no right to read it: all commands have the same words for that.
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.failed("the history cannot be checked: " + e.getMessage(), "");
        }
    }
}
