package io.millrace.cli.topic;

import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.cli.shell.Table;
import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.ConfigEntry;
import io.millrace.proto.v1.ConfigSource;
import io.millrace.proto.v1.DescribeTopicResponse;
import io.millrace.proto.v1.Partition;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace topic describe}. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description = {
            "Shows a topic's partitions, its configuration, and what an acknowledged record survives now.",
            "ISR: the replicas in sync. ELR: replicas that left it while too few were in sync to acknowledge anything; they"
                    + " have every acknowledged record, and one of them may lead when nobody in sync is left.",
            "ELR 'last known': nobody is left who has every acknowledged record for certain, and nobody is elected before"
                    + " you decide; see `millrace topic elect --help`."
        },
        footer = {"", "Example:", "  millrace topic describe orders"})
final class TopicDescribe implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The topic.")
    private String name = "";

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    TopicDescribe(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (MillraceClient client = connection.connect()) {
            DescribeTopicResponse topic = client.describeTopic(name);
            List<PartitionEnds> ends = PartitionEnds.of(client, topic.getTopic());
            if (output.isJson()) {
                Json.print(console.out(), json(topic, ends));
            } else {
                print(topic, ends);
            }
        }
        return ExitCodes.OK;
    }

    private void print(DescribeTopicResponse topic, List<PartitionEnds> ends) {
        PrintStream out = console.out();
        out.println("Topic " + name + ", id " + topic.getTopic().getTopicId());
        out.println("Survives: " + topic.getSurvives());
        out.println();
        partitions(topic, ends).print(out);
        out.println();
        config(topic).print(out);
    }

    private static Table partitions(DescribeTopicResponse topic, List<PartitionEnds> ends) {
        Table table = new Table("PARTITION", "LEADER", "EPOCH", "REPLICAS", "ISR", "ELR", "EARLIEST", "LATEST");
        for (int i = 0; i < ends.size(); i++) {
            Partition partition = topic.getTopic().getPartitions(i);
            table.row(
                    partition.getPartition(),
                    partition.getLeaderId() < 0 ? "none" : partition.getLeaderId(),
                    partition.getLeaderEpoch(),
                    ids(partition.getReplicasList()),
                    ids(partition.getIsrList()),
                    elr(partition),
                    orDash(ends.get(i).earliest()),
                    orDash(ends.get(i).latest()));
        }
        return table;
    }

    private static Table config(DescribeTopicResponse topic) {
        Table table = new Table("CONFIG", "VALUE", "SOURCE");
        topic.getConfigList().forEach(entry -> table.row(entry.getName(), entry.getValue(), source(entry)));
        return table;
    }

    private Map<String, Object> json(DescribeTopicResponse topic, List<PartitionEnds> ends) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("topicId", topic.getTopic().getTopicId());
        json.put("replicationFactor", topic.getReplicationFactor());
        json.put("survives", topic.getSurvives());
        List<Object> partitions = new ArrayList<>();
        for (int i = 0; i < ends.size(); i++) {
            partitions.add(json(topic.getTopic().getPartitions(i), ends.get(i)));
        }
        json.put("partitions", partitions);
        List<Object> config = new ArrayList<>();
        topic.getConfigList().forEach(entry -> config.add(json(entry)));
        json.put("config", config);
        return json;
    }

    private static Map<String, @Nullable Object> json(Partition partition, PartitionEnds ends) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("partition", partition.getPartition());
        json.put("leader", partition.getLeaderId());
        json.put("leaderEpoch", partition.getLeaderEpoch());
        json.put("replicas", partition.getReplicasList());
        json.put("isr", partition.getIsrList());
        json.put("elr", partition.getElrList());
        json.put("lastKnownElr", partition.getLastKnownElrList());
        json.put("partitionEpoch", partition.getPartitionEpoch());
        json.put("earliest", ends.earliest());
        json.put("latest", ends.latest());
        return json;
    }

    private static Map<String, Object> json(ConfigEntry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", entry.getName());
        json.put("value", entry.getValue());
        json.put("source", source(entry));
        return json;
    }

    private static String source(ConfigEntry entry) {
        return entry.getSource() == ConfigSource.CONFIG_SOURCE_TOPIC ? "topic" : "default";
    }

    private static String ids(List<Integer> ids) {
        return String.join(",", ids.stream().map(String::valueOf).toList());
    }

    /** Who may lead though not in sync; else who left last and may have lost something, for an operator to judge. */
    private static String elr(Partition partition) {
        if (partition.getElrCount() == 0 && partition.getLastKnownElrCount() > 0) {
            return "last known " + ids(partition.getLastKnownElrList());
        }
        return partition.getElrCount() == 0 ? "-" : ids(partition.getElrList());
    }

    private static Object orDash(@Nullable Long offset) {
        return offset == null ? "-" : offset;
    }
}
