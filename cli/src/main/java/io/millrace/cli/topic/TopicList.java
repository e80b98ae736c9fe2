package io.millrace.cli.topic;

import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.cli.shell.Table;
import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.Topic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace topic list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists all topics.",
        footer = {"", "Example:", "  millrace topic list", "  millrace topic list -o json | jq -r '.[].name'"})
final class TopicList implements Callable<Integer> {
    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    TopicList(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (MillraceClient client = connection.connect()) {
            List<Topic> topics = client.metadata().getTopicsList();
            if (output.isJson()) {
                Json.print(console.out(), topics.stream().map(TopicList::json).toList());
            } else {
                print(topics);
            }
        }
        return ExitCodes.OK;
    }

    private void print(List<Topic> topics) {
        Table table = new Table("TOPIC", "PARTITIONS", "REPLICAS", "WITHOUT LEADER", "BELOW FULL ISR");
        for (Topic topic : topics) {
            table.row(topic.getName(), topic.getPartitionsCount(), replicas(topic), leaderless(topic), notFull(topic));
        }
        table.print(console.out());
    }

    private static Map<String, Object> json(Topic topic) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", topic.getName());
        json.put("topicId", topic.getTopicId());
        json.put("partitions", topic.getPartitionsCount());
        json.put("replicationFactor", replicas(topic));
        json.put("withoutLeader", leaderless(topic));
        json.put("belowFullIsr", notFull(topic));
        return json;
    }

    private static int replicas(Topic topic) {
        return topic.getPartitionsList().stream()
                .mapToInt(Partition::getReplicasCount)
                .max()
                .orElse(0);
    }

    private static long leaderless(Topic topic) {
        return topic.getPartitionsList().stream()
                .filter(partition -> partition.getLeaderId() < 0)
                .count();
    }

    private static long notFull(Topic topic) {
        return topic.getPartitionsList().stream()
                .filter(partition -> partition.getIsrCount() < partition.getReplicasCount())
                .count();
    }
}
