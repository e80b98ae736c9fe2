package io.millrace.cli.lab;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import io.millrace.lab.roundtrip.Comparison;
import io.millrace.lab.roundtrip.LineFile;
import io.millrace.lab.roundtrip.Report;
import io.millrace.lab.roundtrip.SelfTest;
import io.millrace.lab.roundtrip.SendReport;
import io.millrace.lab.traffic.TopicReplay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace lab verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Reads a whole topic back and compares it with the files that went in: what is lost, duplicated, reordered"
                    + " or altered, and whether each file can be rebuilt byte for byte.",
            "Exits with 0 only if all of them can and nothing else is in the topic."
        },
        footer = {"", "Example:", "  millrace lab verify trip a.log b.log --self-test"})
final class VerifyCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private RoundTripArguments trip = new RoundTripArguments();

    @Option(names = "--sent", paramLabel = "FILE", description = "What `lab send --report` wrote, to show it beside.")
    private @Nullable Path sentFile;

    @Option(
            names = "--self-test",
            description =
                    "Also drops, doubles and swaps one record in turn before comparing. Each of the three has to be"
                            + " reported as what it is; exits with 1 otherwise.")
    private boolean isSelfTest;

    @Mixin
    private OutputOptions output = new OutputOptions();

    VerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        Optional<SendReport> sent = sentFile == null ? Optional.empty() : Optional.of(SendReportFile.read(sentFile));
        List<LineFile> files = LineFile.openAll(trip.files());
        try (MillraceClient client = trip.connect()) {
            sent.ifPresent(report -> refuseChangedFiles(report, files));
            Verdict verdict = verify(client, files, sent);
            if (output.isJson()) {
                Json.print(console.out(), verdict.json());
            } else {
                verdict.print(console.out());
            }
            return verdict.isGood() ? ExitCodes.OK : ExitCodes.FAILED;
        } finally {
            LineFile.closeAll(files);
        }
    }

    private Verdict verify(MillraceClient client, List<LineFile> files, Optional<SendReport> sent) throws IOException {
        int partitions = trip.partitions(client);
        TopicReplay replay = new TopicReplay(client, trip.topic(), partitions);
        Comparison comparison = new Comparison(files, partitions);
        replay.replay(comparison);
        Report report = comparison.report();
        // Planted into what is broken already, a fault could not be told from what was there.
        List<SelfTest.Finding> findings =
                isSelfTest && report.isClean() ? new SelfTest(files, partitions).run(replay) : List.of();
        return new Verdict(report, sent, findings);
    }

    /** A log that somebody still writes to would look like a loss. */
    private static void refuseChangedFiles(SendReport sent, List<LineFile> files) {
        if (sent.files().size() != files.size()) {
            throw CommandFailure.usage("--sent tells of " + sent.files().size() + " files, not " + files.size(), "");
        }
        for (int i = 0; i < files.size(); i++) {
            if (sent.files().get(i).bytes() != files.get(i).sizeInBytes()) {
                throw CommandFailure.failed(
                        files.get(i).name() + " has changed since it was sent", "Send a copy that nobody writes to.");
            }
        }
    }
}
