package io.millrace.cli.lab;

import io.millrace.cli.cluster.DirectoryOptions;
import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.DurationText;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import io.millrace.lab.cluster.TopicWatch;
import io.millrace.lab.roundtrip.KillReport;
import io.millrace.lab.roundtrip.LeaderKill;
import io.millrace.lab.roundtrip.LineFile;
import io.millrace.lab.roundtrip.Midway;
import io.millrace.lab.roundtrip.Pace;
import io.millrace.lab.roundtrip.RoundTripSender;
import io.millrace.lab.roundtrip.SendReport;
import io.millrace.lab.roundtrip.SentFile;
import java.nio.file.Path;
import java.time.Duration;
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
        footer = {
            "",
            "Example:",
            "  millrace lab send trip a.log b.log --report sent.json",
            "  millrace lab send trip a.log b.log --pace 10s --kill-leader"
        })
final class SendCommand implements Callable<Integer> {
    private static final Duration PACE_OF_A_KILL = Duration.ofSeconds(6);

    private final Console console;

    @Mixin
    private RoundTripArguments trip = new RoundTripArguments();

    @Option(names = "--report", paramLabel = "FILE", description = "Where to write what was sent, for `lab verify`.")
    private @Nullable Path reportFile;

    @Option(
            names = "--pace",
            paramLabel = "TIME",
            converter = DurationText.class,
            description =
                    "Spread the sending evenly over this time, such as 10s (default: 6s with --kill-leader, else as fast"
                            + " as it goes).")
    private @Nullable Duration pace;

    @Option(
            names = "--kill-leader",
            description =
                    "Midway, kill the leader of the busiest partition (SIGKILL) while records are in flight in it; start"
                            + " it again when all is sent, and wait until all replicas are in sync. The cluster is that of --dir.")
    private boolean isKillingLeader;

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    SendCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        List<LineFile> files = LineFile.openAll(trip.files());
        try (MillraceClient client = trip.connect()) {
            RoundTripSender sender = new RoundTripSender(client, trip.topic(), trip.partitions(client));
            return isKillingLeader
                    ? sendAndKill(
                            sender, files, new LeaderKill(directory.processes(), new TopicWatch(client, trip.topic())))
                    : finish(sender.send(files, pace(Duration.ZERO), Midway.NOTHING));
        } finally {
            LineFile.closeAll(files);
        }
    }

    private int sendAndKill(RoundTripSender sender, List<LineFile> files, LeaderKill kill) throws Exception {
        RoundTripSender.Outcome outcome = sender.send(files, pace(PACE_OF_A_KILL), kill);
        console.err().println("All is sent. Waiting until the killed broker is back and all replicas are in sync…");
        KillReport report = kill.bringBack(outcome.report().total(SentFile::acknowledged), outcome.gapNs())
                .orElse(null);
        int exitCode = finish(outcome.withKill(report));
        if (report == null) {
            throw CommandFailure.failed(
                    "no record was in flight in the busiest partition midway, so no leader was killed",
                    "Send files of more lines.");
        }
        return report.isGood() ? exitCode : ExitCodes.FAILED;
    }

    private Pace pace(Duration otherwise) {
        return new Pace(pace == null ? otherwise : pace);
    }

    private int finish(RoundTripSender.Outcome outcome) throws Exception {
        print(outcome.report());
        if (outcome.failure().isPresent()) {
            throw outcome.failure().get();
        }
        return outcome.report().isComplete() ? ExitCodes.OK : ExitCodes.FAILED;
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
            if (report.kill() != null) {
                print(report.kill());
            }
        }
    }

    private void print(KillReport kill) {
        line(
                "killed",
                "broker " + kill.victim() + " with SIGKILL, leader of the busiest partition, " + kill.partition());
        line("before it", kill.acknowledgedBefore() + " records acknowledged");
        line("at it", kill.inFlight() + " records in flight in that partition");
        line("after it", kill.acknowledgedAfter() + " records acknowledged");
        line("write gap", kill.gapMs() < 0 ? "WRITES NEVER WENT ON" : kill.gapMs() + " ms without an acknowledgement");
        line(
                "back",
                kill.inSyncAfterMs() < 0
                        ? "NOT ALL REPLICAS ARE IN SYNC"
                        : "all replicas in sync " + kill.inSyncAfterMs() + " ms after broker " + kill.victim()
                                + " was started again");
    }

    private void line(String name, String value) {
        console.out().printf("%-14s%s%n", name, value);
    }
}
