package io.millrace.cli.group;

import io.millrace.cli.shell.ConnectionOptions;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import io.millrace.cli.shell.Table;
import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.ListedGroup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace group list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists all groups: those with members and those with offsets.",
        footer = {"", "Example:", "  millrace group list"})
final class GroupList implements Callable<Integer> {
    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    private final Console console;

    GroupList(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (MillraceClient client = connection.connect()) {
            List<ListedGroup> groups = client.listGroups().getGroupsList();
            if (output.isJson()) {
                Json.print(console.out(), groups.stream().map(GroupList::json).toList());
            } else {
                print(groups);
            }
        }
        return ExitCodes.OK;
    }

    private void print(List<ListedGroup> groups) {
        Table table = new Table("GROUP", "MEMBERS", "GENERATION", "COORDINATOR");
        for (ListedGroup group : groups) {
            Object coordinator = group.getCoordinator() < 0 ? "none" : group.getCoordinator();
            table.row(group.getGroup(), group.getMemberCount(), group.getGeneration(), coordinator);
        }
        table.print(console.out());
    }

    private static Map<String, Object> json(ListedGroup group) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("group", group.getGroup());
        json.put("members", group.getMemberCount());
        json.put("generation", group.getGeneration());
        json.put("coordinator", group.getCoordinator());
        return json;
    }
}
