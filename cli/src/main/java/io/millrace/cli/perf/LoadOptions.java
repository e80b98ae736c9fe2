package io.millrace.cli.perf;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.DurationText;
import io.millrace.lab.perf.Load;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is written, and for how long. */
final class LoadOptions {
    private static final Duration DEFAULT_TIME = Duration.ofSeconds(30);

    @Option(
            names = "--record-bytes",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Of each value, 16 to 16 MiB (default: ${DEFAULT-VALUE}).")
    private int recordBytes;

    @Option(
            names = "--records",
            paramLabel = "N",
            description = "How many, at most (default: as many as the time allows).")
    private @Nullable Long records;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationText.class,
            description = "For how long, at most (default: 30s, or without end where --records is given).")
    private @Nullable Duration time;

    Load load(String topic, long ratePerS) {
        Duration limit = time != null ? time : records == null ? DEFAULT_TIME : Duration.ofDays(365);
        try {
            return new Load(topic, recordBytes, ratePerS, records == null ? Long.MAX_VALUE : records, limit.toNanos());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), "See --help.");
        }
    }
}
