package io.millrace.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration that each broker of a local cluster gets. */
final class BrokerConfigFile {
    private BrokerConfigFile() {}

    static void write(ClusterDirectory directory, Layout layout, Member broker) throws IOException {
        Path file = directory.brokerConfig(broker);
        Files.createDirectories(file.resolveSibling("data"));
        Files.writeString(
                file, text(broker.number(), directory.dataDir(broker), layout, layout.internalPort(broker), broker));
    }

    private static String text(int id, Path dataDir, Layout layout, int internalPort, Member broker) {
        return """
                # Written by `millrace cluster` whenever it starts this broker.
                broker: {id: %d, dataDir: %s}
                listeners:
                  client:   {bind: "127.0.0.1:%d", advertised: "localhost:%d"}
                  internal: {bind: "127.0.0.1:%d", advertised: "127.0.0.1:%d"}
                zookeeper: {connect: "%s", sessionTimeoutMs: 6000}
                """.formatted(
                        id,
                        quoted(dataDir.toString()),
                        layout.clientPort(broker),
                        layout.clientPort(broker),
                        internalPort,
                        internalPort,
                        layout.zookeeperConnect());
    }

    /** In single quotes YAML knows one special character only: the quote itself. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
