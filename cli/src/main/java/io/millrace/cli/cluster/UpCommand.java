package io.millrace.cli.cluster;

import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.cli.shell.Json;
import io.millrace.cli.shell.OutputOptions;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace cluster up}. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a cluster, or what is missing of it, and waits until it is ready.",
            "What it wrote before is still there. Its processes go on running when this command ends."
        },
        footer = {
            "",
            "Example:",
            "  millrace cluster up",
            "  millrace cluster up --brokers 5 --dir /tmp/five --base-port 9171"
        })
final class UpCommand implements Callable<Integer> {
    private static final int DEFAULT_BASE_PORT = 7171;

    private final Console console;

    @Option(names = "--brokers", paramLabel = "N", description = "How many brokers (default: as before, else 3).")
    private @Nullable Integer brokers;

    @Option(
            names = "--zookeepers",
            paramLabel = "N",
            description =
                    "How many ZooKeeper servers; an odd number, since a majority of them has to live (default: as before, else 1).")
    private @Nullable Integer zookeepers;

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            description = {
                "Where the ports begin (default: as before, else 7171). Broker i listens for clients on base+i-1 and"
                        + " for brokers on base+100+i-1; ZooKeeper server i for brokers on base+300+i-1, for its like"
                        + " on base+400+i-1 and base+500+i-1."
            })
    private @Nullable Integer basePort;

    @Mixin
    private DirectoryOptions directory = new DirectoryOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    UpCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ClusterDirectory place = directory.directory();
        LocalCluster.Up up = new LocalCluster(place).up(new LayoutRequest(basePort, brokers, zookeepers));
        ClusterView view = new ClusterView(place, up.state());
        if (output.isJson()) {
            Map<String, Object> json = view.json();
            json.put("started", up.started().stream().map(Member::name).toList());
            Json.print(console.out(), json);
        } else {
            view.print(console.out());
            console.out().println();
            console.out().println(summary(up));
            if (directory.isNamed()) {
                console.out().println("Other `millrace cluster` commands find it with: --dir " + place.root());
            }
        }
        return ExitCodes.OK;
    }

    private static String summary(LocalCluster.Up up) {
        Layout layout = up.state().layout();
        String bootstrap = "Bootstrap: " + layout.bootstrap();
        String hint = layout.basePort() == DEFAULT_BASE_PORT
                ? ""
                : System.lineSeparator() + "Other commands find it with: export MILLRACE_BOOTSTRAP="
                        + layout.bootstrap();
        return (up.started().isEmpty() ? "The cluster was up already. " : "The cluster is up. ") + bootstrap + hint;
    }
}
