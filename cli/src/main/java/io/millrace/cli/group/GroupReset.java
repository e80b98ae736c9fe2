package io.millrace.cli.group;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.cli.shell.Table;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.proto.v1.ResetOffsetsRequest;
import io.millrace.proto.v1.ResetPartition;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace group reset-offsets}. */
@Command(
        name = "reset-offsets",
        mixinStandardHelpOptions = true,
        description = {
            "Sets where a group without members goes on; shows it first, and asks.",
            "What was there before is remembered: the last reset can be undone."
        },
        footer = {
            "",
            "Example:",
            "  millrace group reset-offsets billing --to-earliest --dry-run",
            "  millrace group reset-offsets billing --to-time 2026-11-23T12:00:00Z --topic orders:0,2",
            "  millrace group reset-offsets billing --undo"
        })
final class GroupReset implements Callable<Integer> {
    @Parameters(paramLabel = "GROUP", description = "The group.")
    private String group = "";

    @ArgGroup(exclusive = true, multiplicity = "1")
    private ResetTarget target = new ResetTarget();

    @Option(
            names = "--topic",
            paramLabel = "T[:P,P]",
            converter = PartitionChoice.Text.class,
            description = "This topic, or these partitions of it; more than once for more. Default: all that the group"
                    + " has offsets of.")
    private List<PartitionChoice> partitions = List.of();

    @Option(names = "--dry-run", description = "Only show what would be set.")
    private boolean isDryRun;

    @Mixin
    private final Confirmation confirmation = new Confirmation();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    GroupReset(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ResetOffsetsRequest.Builder request = ResetOffsetsRequest.newBuilder().setGroup(group);
        target.addTo(request, partitions);
        try (MillraceClient client = connection.connect()) {
            if (!isDryRun && confirmation.mustAsk("Add --yes; --dry-run shows what it would set.")) {
                Table preview = table(reset(client, request, true));
                preview.print(console.err());
                Confirmation.ask(console, "Set them?");
            }
            show(reset(client, request, isDryRun));
        } catch (MillraceException e) {
            throw CommandFailure.advised(e, target.cures(group));
        }
        return ExitCodes.OK;
    }

    private static List<ResetPartition> reset(
            MillraceClient client, ResetOffsetsRequest.Builder request, boolean isDry) {
        return client.resetOffsets(request.setDryRun(isDry).build()).getPartitionsList();
    }

    private void show(List<ResetPartition> changes) {
        if (output.isJson()) {
            Json.print(console.out(), changes.stream().map(GroupReset::json).toList());
        } else if (changes.isEmpty()) {
            console.err().println("Group " + group + " has no offsets to set: name partitions with --topic.");
        } else {
            table(changes).print(console.out());
            console.out().flush();
            console.err().println(isDryRun ? "Nothing was changed: a dry run." : "Set.");
        }
    }

    private static Table table(List<ResetPartition> changes) {
        Table table = new Table("TOPIC", "PARTITION", "BEFORE", "AFTER");
        for (ResetPartition change : changes) {
            table.row(
                    change.getTopic(),
                    change.getPartition(),
                    change.hasBefore() ? change.getBefore() : "none",
                    change.hasAfter() ? change.getAfter() : "none");
        }
        return table;
    }

    private static Map<String, @Nullable Object> json(ResetPartition change) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("topic", change.getTopic());
        json.put("partition", change.getPartition());
        json.put("before", change.hasBefore() ? change.getBefore() : null);
        json.put("after", change.hasAfter() ? change.getAfter() : null);
        return json;
    }
}
