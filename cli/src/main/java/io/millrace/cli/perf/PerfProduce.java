package io.millrace.cli.perf;

import io.millrace.cli.shell.AcksName;
import io.millrace.cli.shell.CodecNames;
import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.ProducerConfig;
import io.millrace.lab.perf.Load;
import io.millrace.lab.perf.Meter;
import io.millrace.lab.perf.ProduceRun;
import io.millrace.record.Codec;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace perf produce}. */
@Command(
        name = "produce",
        mixinStandardHelpOptions = true,
        description = {
            "Writes records and tells how fast that was. Latencies count from when a record was due to its"
                    + " acknowledgement; at full speed they tell of the producer's buffer.",
            "Every record has a number, for `perf consume --check`.",
            "Exits with 1 if a record failed."
        },
        footer = {"", "Example:", "  millrace perf produce perf --for 30s --record-bytes 100"})
final class PerfProduce implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "TOPIC", description = "It has to exist.")
    private String topic = "";

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Records per second, whatever the answers do; 0 for as many as there is room for (default:"
                    + " ${DEFAULT-VALUE}).")
    private long rate;

    @Option(
            names = "--acks",
            paramLabel = "WHO",
            defaultValue = "all",
            description = "none, leader or all (default: ${DEFAULT-VALUE}).")
    private AcksName acks = AcksName.ALL;

    @Option(
            names = "--compression",
            paramLabel = "CODEC",
            defaultValue = "none",
            completionCandidates = CodecNames.class,
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Codec codec = Codec.NONE;

    @Option(
            names = "--batch-bytes",
            paramLabel = "N",
            description = "Of a batch before compression, at most (default: the client's).")
    private int batchBytes = ProducerConfig.DEFAULT_BATCH_MAX_BYTES;

    @Option(
            names = "--linger-ms",
            paramLabel = "N",
            defaultValue = "0",
            description = "How long a batch waits for more records (default: ${DEFAULT-VALUE}).")
    private long lingerMs;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Mixin
    private LocalOption local = new LocalOption();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    PerfProduce(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        Load wanted = load.load(topic, rate);
        Meter meter = new Meter();
        try (Producer producer = Producer.open(config());
                PerfRun run = new PerfRun(console, meter, local.directory(), output.isJson())) {
            ProduceRun produce = new ProduceRun(producer, wanted, meter);
            console.stop().onStop(produce::stop);
            run.done(produce.run());
            run.latencies("ackLatencyMs", "acknowledged", meter);
            run.longestPause(meter);
            run.print(output.isJson());
            MillraceException failure = produce.firstFailure();
            if (failure != null) {
                throw failure;
            }
            return ExitCodes.OK;
        }
    }

    private ProducerConfig config() throws IOException {
        ProducerConfig defaults = ProducerConfig.of(local.bootstrap(connection));
        try {
            return defaults.withAcks(acks.acks())
                    .withCodec(codec)
                    .withBatchMaxBytes(batchBytes)
                    .withLingerMs(lingerMs);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), "See --help.");
        }
    }
}
