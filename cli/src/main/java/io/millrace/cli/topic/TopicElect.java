package io.millrace.cli.topic;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.cli.shell.Table;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.proto.v1.ElectLeadersResponse;
import io.millrace.proto.v1.ElectedLeader;
import io.millrace.proto.v1.ErrorReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topic elect}. */
@Command(
        name = "elect",
        mixinStandardHelpOptions = true,
        description = {
            "Elects leaders for partitions that can get none by themselves. ACKNOWLEDGED RECORDS MAY BE LOST.",
            "For partitions without a leader whose ISR and ELR are empty, as `millrace topic describe` shows them: every"
                    + " broker that had all acknowledged records came back without being able to show that it still has"
                    + " them. Elected is a live replica, of the last known ELR first; the other replicas then cut their"
                    + " logs to fit its own. Partitions that have a leader, or wait for a broker that can lead without"
                    + " loss, are left alone."
        },
        footer = {
            "",
            "Example:",
            "  millrace topic elect orders --unclean",
            "  millrace topic elect orders --partition 3 --unclean"
        })
final class TopicElect implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The topic.")
    private String name = "";

    @Option(names = "--partition", paramLabel = "N", description = "Default: every partition that needs it.")
    private @Nullable Integer partition;

    @Option(
            names = "--unclean",
            description = "Must be given. It says that you know that acknowledged records may be lost.")
    private boolean unclean;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    TopicElect(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!unclean) {
            throw CommandFailure.usage(
                    "whoever is elected may lack acknowledged records, which are lost then",
                    "Give --unclean if that is what you want; see `millrace topic elect --help`.");
        }
        try (MillraceClient client = connection.connect()) {
            ElectLeadersResponse answer = client.electUncleanLeaders(
                    name, partition == null ? OptionalInt.empty() : OptionalInt.of(partition));
            if (output.isJson()) {
                Json.print(console.out(), json(answer));
            } else {
                print(answer);
            }
            return answer.getWithoutLiveReplicaCount() == 0 ? ExitCodes.OK : ExitCodes.FAILED;
        } catch (MillraceException e) {
            // The topic may be there, and lack the partition.
            throw CommandFailure.advised(
                    e,
                    Map.of(
                            ErrorReason.ERROR_REASON_UNKNOWN_TOPIC,
                            "`millrace topic list` shows the topics, and `millrace topic describe NAME` the partitions of"
                                    + " one."));
        }
    }

    private void print(ElectLeadersResponse answer) {
        Table table = new Table("PARTITION", "LEADER", "EPOCH");
        answer.getElectedList()
                .forEach(elected -> table.row(elected.getPartition(), elected.getBrokerId(), elected.getLeaderEpoch()));
        table.print(console.out());
        console.out().println();
        console.out().println("Acknowledged records that these leaders do not have are lost.");
        answer.getWithoutLiveReplicaList()
                .forEach(left -> console.err().println("No replica is live of partition " + left + "."));
    }

    private Map<String, Object> json(ElectLeadersResponse answer) {
        List<Object> elected = new ArrayList<>();
        answer.getElectedList().forEach(leader -> elected.add(json(leader)));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("topic", name);
        json.put("acknowledgedRecordsMayBeLost", true);
        json.put("elected", elected);
        json.put("withoutLiveReplica", answer.getWithoutLiveReplicaList());
        return json;
    }

    private static Map<String, Object> json(ElectedLeader leader) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("partition", leader.getPartition());
        json.put("leader", leader.getBrokerId());
        json.put("leaderEpoch", leader.getLeaderEpoch());
        return json;
    }
}
