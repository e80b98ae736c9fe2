package io.millrace.cli.perf;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.Consumer;
import io.millrace.client.ConsumerConfig;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.ProducerConfig;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicPartition;
import io.millrace.lab.perf.LatencyRun;
import io.millrace.lab.perf.Load;
import io.millrace.lab.perf.Meter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace perf latency}. */
@Command(
        name = "latency",
        mixinStandardHelpOptions = true,
        description = {
            "Writes at a steady rate and reads at the same time, in one process. Latencies count from when a record was"
                    + " due, to its acknowledgement and to its arrival at the consumer.",
            "Exits with 1 if a record failed or did not arrive."
        },
        footer = {"", "Example:", "  millrace perf latency perf --rate 10000 --for 30s"})
final class PerfLatency implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "TOPIC", description = "It has to exist.")
    private String topic = "";

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Records per second, whatever the answers do (default: ${DEFAULT-VALUE}).")
    private long rate;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Mixin
    private LocalOption local = new LocalOption();

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    PerfLatency(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        if (rate < 1) {
            throw CommandFailure.usage("--rate " + rate + " is not positive", "Latencies need a rate, such as 1000.");
        }
        Load wanted = load.load(topic, rate);
        String bootstrap = local.bootstrap(connection);
        Meter acknowledged = new Meter();
        Meter received = new Meter();
        try (Producer producer = Producer.open(ProducerConfig.of(bootstrap));
                Consumer consumer = Consumer.open(ConsumerConfig.of(bootstrap));
                PerfRun run = new PerfRun(console, received, local.directory(), output.isJson())) {
            consumer.assign(ends(bootstrap));
            // Known only once it has found its way: what is written before is not at the end any more.
            consumer.assigned().forEach(consumer::position);
            LatencyRun latency = new LatencyRun(producer, consumer, wanted, acknowledged, received);
            console.stop().onStop(latency::stop);
            CompletableFuture<Void> receiving = CompletableFuture.runAsync(latency::receive);
            long tookNs = latency.send();
            receiving.join();
            run.done(tookNs);
            run.latencies("ackLatencyMs", "acknowledged", acknowledged);
            run.latencies("endToEndLatencyMs", "received", received);
            run.print(output.isJson());
            boolean isWhole = acknowledged.failures() == 0 && received.records() >= acknowledged.records();
            return isWhole ? ExitCodes.OK : ExitCodes.FAILED;
        }
    }

    private Map<TopicPartition, StartPosition> ends(String bootstrap) {
        Map<TopicPartition, StartPosition> ends = new HashMap<>();
        try (MillraceClient client = MillraceClient.of(bootstrap)) {
            client.metadata(topic)
                    .getTopics(0)
                    .getPartitionsList()
                    .forEach(partition ->
                            ends.put(new TopicPartition(topic, partition.getPartition()), StartPosition.latest()));
        }
        return ends;
    }
}
