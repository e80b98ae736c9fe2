package io.millrace.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntUnaryOperator;

/** The configuration that each broker of a local cluster gets. */
final class BrokerConfigFile {
    private BrokerConfigFile() {}

    static void write(ClusterDirectory directory, Layout layout, MemberSetting setting, Member broker)
            throws IOException {
        Path file = directory.brokerConfig(broker);
        Files.createDirectories(file.resolveSibling("data"));
        Files.writeString(file, text(directory.dataDir(broker), layout, setting.toldPort(), broker));
    }

    private static String text(Path dataDir, Layout layout, IntUnaryOperator told, Member broker) {
        return """
                # Written by `millrace cluster` whenever it starts this broker.
                broker: {id: %d, dataDir: %s}
                listeners:
                  client:   {bind: "127.0.0.1:%d", advertised: "localhost:%d"}
                  internal: {bind: "127.0.0.1:%d", advertised: "127.0.0.1:%d"}
                zookeeper: {connect: "%s", sessionTimeoutMs: 6000}
                """.formatted(
                        broker.number(),
                        quoted(dataDir.toString()),
                        layout.clientPort(broker),
                        told.applyAsInt(layout.clientPort(broker)),
                        layout.internalPort(broker),
                        told.applyAsInt(layout.internalPort(broker)),
                        layout.zookeeperConnect(told));
    }

    /** In single quotes YAML knows one special character only: the quote itself. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
