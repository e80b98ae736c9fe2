package io.millrace.cli.topic;

import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.CreateTopicResponse;
import io.millrace.proto.v1.TopicConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topic create}. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        description = "Creates a topic and prints what was chosen for it.",
        footer = {
            "",
            "Example:",
            "  millrace topic create orders",
            "  millrace topic create clicks --partitions 12 --replication-factor 3 --durability replicated"
        })
final class TopicCreate implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Letters, digits, '.', '_' and '-'; at most 249 of them.")
    private String name = "";

    @Option(names = "--partitions", paramLabel = "N", description = "Default: 1.")
    private @Nullable Integer partitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            description =
                    "On how many brokers each partition is kept. Default: 3, or all live brokers where they are less.")
    private @Nullable Integer replicationFactor;

    @Option(
            names = "--durability",
            paramLabel = "WHICH",
            description =
                    "What an acknowledged record survives: fsync (on disk on every in-sync replica) or replicated (in"
                            + " the memory of every in-sync replica). Default: fsync.")
    private @Nullable DurabilityName durability;

    @Option(
            names = "--min-insync",
            paramLabel = "N",
            description =
                    "In-sync replicas below which writes are refused. Default: 2 with three replicas or more, else 1.")
    private @Nullable Integer minInsyncReplicas;

    @Option(names = "--segment-bytes", paramLabel = "BYTES", description = "Default: 268435456.")
    private @Nullable Long segmentBytes;

    @Option(names = "--max-batch-bytes", paramLabel = "BYTES", description = "Default: 1048576.")
    private @Nullable Integer maxBatchBytes;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    TopicCreate(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (MillraceClient client = connection.connect()) {
            print(client.createTopic(request()));
        }
        return ExitCodes.OK;
    }

    private CreateTopicRequest request() {
        CreateTopicRequest.Builder request =
                CreateTopicRequest.newBuilder().setName(name).setConfig(config());
        if (partitions != null) {
            request.setPartitions(partitions);
        }
        if (replicationFactor != null) {
            request.setReplicationFactor(replicationFactor);
        }
        return request.build();
    }

    private TopicConfig config() {
        TopicConfig.Builder config = TopicConfig.newBuilder();
        if (durability != null) {
            config.setDurability(durability.durability());
        }
        if (minInsyncReplicas != null) {
            config.setMinInsyncReplicas(minInsyncReplicas);
        }
        if (segmentBytes != null) {
            config.setSegmentBytes(segmentBytes);
        }
        if (maxBatchBytes != null) {
            config.setMaxBatchBytes(maxBatchBytes);
        }
        return config.build();
    }

    private void print(CreateTopicResponse created) {
        Map<String, Object> chosen = new LinkedHashMap<>();
        chosen.put("name", name);
        chosen.put("topicId", created.getTopicId());
        chosen.put("partitions", created.getPartitions());
        chosen.put("replicationFactor", created.getReplicationFactor());
        chosen.put("durability", DurabilityName.of(created.getConfig().getDurability()));
        chosen.put("minInsyncReplicas", created.getConfig().getMinInsyncReplicas());
        chosen.put("segmentBytes", created.getConfig().getSegmentBytes());
        chosen.put("maxBatchBytes", created.getConfig().getMaxBatchBytes());
        if (output.isJson()) {
            Json.print(console.out(), chosen);
        } else {
            console.out().println("Created topic " + name + ".");
            chosen.forEach((key, value) -> console.out().println("  " + key + ": " + value));
        }
    }
}
