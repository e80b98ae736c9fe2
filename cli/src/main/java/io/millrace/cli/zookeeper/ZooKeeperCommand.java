package io.millrace.cli.zookeeper;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace zookeeper}. */
@Command(
        name = "zookeeper",
        mixinStandardHelpOptions = true,
        description = "Runs the bundled ZooKeeper server in the foreground, alone or as a member of an ensemble.",
        footer = {
            "",
            "Example:",
            "  millrace zookeeper --data-dir /var/lib/millrace/zk --client-port 2181",
            "  millrace zookeeper --data-dir zk-1 --client-port 2181 --bind 0.0.0.0 --server-id 1 \\",
            "    --ensemble 1=zk-1:2888:3888,2=zk-2:2888:3888,3=zk-3:2888:3888"
        })
public final class ZooKeeperCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--data-dir", required = true, paramLabel = "DIR", description = "Where it keeps its data.")
    private Path dataDir = Path.of("");

    @Option(names = "--client-port", required = true, paramLabel = "PORT", description = "Where brokers connect.")
    private int clientPort;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address of the client port (default: ${DEFAULT-VALUE}, this machine only).")
    private String bind = "";

    @Option(
            names = "--tick-ms",
            paramLabel = "MS",
            defaultValue = "500",
            description =
                    "ZooKeeper's tickTime; shorter ticks notice a dead broker sooner (default: ${DEFAULT-VALUE}).")
    private int tickMs;

    @Option(names = "--server-id", paramLabel = "ID", description = "This server's id in --ensemble.")
    private int serverId;

    @Option(
            names = "--ensemble",
            split = ",",
            paramLabel = "ID=HOST:QUORUM_PORT:ELECTION_PORT",
            description = "All servers of the ensemble, this one too; an odd number of them.")
    private List<String> ensemble = new ArrayList<>();

    @Mixin
    private OutputOptions output = new OutputOptions();

    public ZooKeeperCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ZooKeeperSettings settings =
                new ZooKeeperSettings(dataDir.toAbsolutePath(), bind, clientPort, tickMs, serverId, members());
        try {
            new BundledZooKeeper(settings).run(this::announce);
        } catch (ConfigException e) {
            throw CommandFailure.usage("ZooKeeper refuses these settings: " + e.getMessage(), "");
        }
        return ExitCodes.OK;
    }

    private List<EnsembleMember> members() {
        List<EnsembleMember> members = new ArrayList<>();
        try {
            ensemble.forEach(text -> members.add(EnsembleMember.parse(text)));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--ensemble: " + e.getMessage(), "");
        }
        if (members.stream().map(EnsembleMember::serverId).distinct().count() != members.size()) {
            throw CommandFailure.usage("--ensemble names an id twice", "Give every server its own id.");
        }
        boolean isAlone = members.isEmpty() && serverId == 0;
        if (!isAlone && members.stream().noneMatch(member -> member.serverId() == serverId)) {
            throw CommandFailure.usage(
                    "--server-id and --ensemble do not fit", "Give both, and list this server's id in --ensemble.");
        }
        return members;
    }

    private void announce() {
        if (output.isJson()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("clientAddress", bind + ":" + clientPort);
            result.put("pid", ProcessHandle.current().pid());
            Json.print(console.out(), result);
        } else {
            console.out().println("ZooKeeper listens on " + bind + ":" + clientPort);
        }
        console.out().flush();
    }
}
