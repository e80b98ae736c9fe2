package io.millrace.broker.server;

import io.millrace.broker.runtime.ProcessHalt;
import io.millrace.broker.runtime.ProcessStop;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.curator.CuratorConfig;
import io.millrace.coordinator.curator.CuratorCoordinator;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker as a process: {@code --config FILE}. SIGTERM and SIGINT stop it cleanly. */
public final class Main {

    /** What a start that was refused exits with; the reason is on standard error. */
    public static final int EXIT_REFUSED = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final String USAGE = "usage: --config FILE";
    private static final int EXIT_USAGE = 2;

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 2 || !args[0].equals("--config")) {
            System.err.println(USAGE);
            System.exit(EXIT_USAGE);
        }
        System.exit(run(Path.of(args[1])));
    }

    /** Runs a broker until the process is told to stop; the exit code where it could not start. */
    public static int run(Path configFile) throws InterruptedException {
        BrokerConfig config;
        try {
            config = new ConfigLoader(
                            System.getenv(),
                            Runtime.getRuntime().availableProcessors(),
                            Runtime.getRuntime().maxMemory())
                    .load(configFile);
        } catch (ConfigException unusable) {
            System.err.println(unusable.getMessage());
            return EXIT_REFUSED;
        }
        BrokerConfig.Zookeeper zookeeper = config.zookeeper();
        Coordinator coordinator = new CuratorCoordinator(new CuratorConfig(
                zookeeper.connect(), zookeeper.root(), zookeeper.sessionTimeoutMs(), zookeeper.connectionTimeoutMs()));
        try {
            Broker broker = Broker.start(config, coordinator, new ProcessHalt(), version());
            stopOnSignal(broker, coordinator);
            new CountDownLatch(1).await();
            return 0;
        } catch (StartRefusedException refused) {
            LOG.error("The broker cannot start: {}", refused.getMessage());
            System.err.println("The broker cannot start: " + refused.getMessage());
            coordinator.close();
            return EXIT_REFUSED;
        }
    }

    private static void stopOnSignal(Broker broker, Coordinator coordinator) {
        ProcessStop.onSignal(() -> {
            broker.close();
            coordinator.close();
        });
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
