package io.millrace.cli.perf;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.Consumer;
import io.millrace.client.ConsumerConfig;
import io.millrace.client.MillraceClient;
import io.millrace.client.TopicPartition;
import io.millrace.lab.perf.ConsumeRun;
import io.millrace.lab.perf.Meter;
import io.millrace.lab.perf.Numbering;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.Partition;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace perf consume}. */
@Command(
        name = "consume",
        mixinStandardHelpOptions = true,
        description = "Reads a topic from its begin to where it ends now, and tells how fast that was.",
        footer = {"", "Example:", "  millrace perf consume perf"})
final class PerfConsume implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "TOPIC", description = "It has to exist.")
    private String topic = "";

    @Option(names = "--records", paramLabel = "N", description = "How many, about, at most (default: all).")
    private long records = Long.MAX_VALUE;

    @Option(
            names = "--check",
            description =
                    "See that the records of `perf produce` are there once each, and in order in each partition; else"
                            + " exit with 1. A number that is missing is of a record that failed to be written, or was"
                            + " lost.")
    private boolean isChecked;

    @Mixin
    private LocalOption local = new LocalOption();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    PerfConsume(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        requireUsable();
        String bootstrap = local.bootstrap(connection);
        Meter meter = new Meter();
        Map<TopicPartition, Long> ends = ends(bootstrap);
        try (Consumer consumer = Consumer.open(ConsumerConfig.of(bootstrap));
                PerfRun run = new PerfRun(console, meter, local.directory(), output.isJson())) {
            Numbering check = isChecked ? new Numbering() : null;
            ConsumeRun consume = new ConsumeRun(consumer, ends, records, meter, check);
            console.stop().onStop(consume::stop);
            run.done(consume.run());
            if (check != null) {
                run.checked(check);
            }
            run.print(output.isJson());
            return check == null || check.isGood() ? ExitCodes.OK : ExitCodes.FAILED;
        }
    }

    private void requireUsable() {
        if (records < 1) {
            throw CommandFailure.usage("--records " + records + " is not positive", "Leave it out to read all.");
        }
        if (isChecked && records != Long.MAX_VALUE) {
            throw CommandFailure.usage(
                    "--check has to see every record of a run", "Leave out --records, or leave out --check.");
        }
    }

    private Map<TopicPartition, Long> ends(String bootstrap) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        try (MillraceClient client = MillraceClient.of(bootstrap)) {
            for (Partition partition : client.metadata(topic).getTopics(0).getPartitionsList()) {
                ListOffsetsRequest request = ListOffsetsRequest.newBuilder()
                        .setTopic(topic)
                        .setPartition(partition.getPartition())
                        .setLatest(LatestPosition.getDefaultInstance())
                        .build();
                ends.put(
                        new TopicPartition(topic, partition.getPartition()),
                        client.listOffsets(request).getOffset());
            }
        }
        return ends;
    }
}
