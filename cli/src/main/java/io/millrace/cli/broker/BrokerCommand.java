package io.millrace.cli.broker;

import io.millrace.broker.server.Main;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace broker}. */
@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a broker in the foreground until it gets SIGTERM or SIGINT.",
            "Each setting of the file can be overridden by an environment variable MILLRACE_…; deploy/config/broker.yaml"
                    + " documents all of them. Exits with 4 if it refuses to start, and says why."
        },
        footer = {"", "Example:", "  millrace broker --config deploy/config/broker.yaml"})
public final class BrokerCommand implements Callable<Integer> {
    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The broker's settings, as YAML.")
    private Path config = Path.of("");

    @Override
    public Integer call() throws Exception {
        return Main.run(config);
    }
}
