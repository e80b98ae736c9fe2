package io.millrace.cli.lab;

import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import io.millrace.lab.roundtrip.LineFile;
import io.millrace.lab.roundtrip.RoundTripSender;
import io.millrace.lab.roundtrip.SendReport;
import io.millrace.lab.roundtrip.SentFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace lab send}. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = "Sends files line by line. Each line is a record and keeps its terminator, byte for byte.",
        footer = {"", "Example:", "  millrace lab send trip a.log b.log --report sent.json"})
final class SendCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private RoundTripArguments trip = new RoundTripArguments();

    @Option(names = "--report", paramLabel = "FILE", description = "Where to write what was sent, for `lab verify`.")
    private @Nullable Path reportFile;

    @Mixin
    private OutputOptions output = new OutputOptions();

    SendCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        List<LineFile> files = LineFile.openAll(trip.files());
        try (MillraceClient client = trip.connect()) {
            RoundTripSender.Outcome outcome =
                    new RoundTripSender(client, trip.topic(), trip.partitions(client)).send(files);
            print(outcome.report());
            if (outcome.failure().isPresent()) {
                throw outcome.failure().get();
            }
            return outcome.report().isComplete() ? ExitCodes.OK : ExitCodes.FAILED;
        } finally {
            LineFile.closeAll(files);
        }
    }

    private void print(SendReport report) throws Exception {
        if (reportFile != null) {
            SendReportFile.write(reportFile, report);
        }
        if (output.isJson()) {
            console.out().println(SendReportFile.toJson(report));
        } else {
            console.out()
                    .printf(
                            "sent %d records of %d files, %d bytes; acknowledged %d%n",
                            report.total(SentFile::sent),
                            report.files().size(),
                            report.total(SentFile::bytes),
                            report.total(SentFile::acknowledged));
        }
    }
}
