package io.millrace.cli.zookeeper;

import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * What the bundled server is told.
 *
 * @param bind the address of the client port
 * @param tickMs ZooKeeper's unit of time; sessions time out in steps of it
 * @param serverId this server's place in the ensemble; unused where it is alone
 * @param ensemble all members, this one too; empty for a server that is alone
 */
record ZooKeeperSettings(
        Path dataDir, String bind, int clientPort, int tickMs, int serverId, List<EnsembleMember> ensemble) {
    // In ticks: 10 s for a member to join and 5 s to stay in touch, at the default tick.
    private static final int INIT_LIMIT_TICKS = 20;
    private static final int SYNC_LIMIT_TICKS = 10;
    private static final int MAX_SESSION_TIMEOUT_MS = 60_000;

    ZooKeeperSettings {
        ensemble = List.copyOf(ensemble);
    }

    boolean isEnsemble() {
        return !ensemble.isEmpty();
    }

    /** In ZooKeeper's own terms. */
    Properties toProperties() {
        Properties properties = new Properties();
        properties.setProperty("dataDir", dataDir.toString());
        properties.setProperty("clientPortAddress", bind);
        properties.setProperty("clientPort", Integer.toString(clientPort));
        properties.setProperty("tickTime", Integer.toString(tickMs));
        properties.setProperty("initLimit", Integer.toString(INIT_LIMIT_TICKS));
        properties.setProperty("syncLimit", Integer.toString(SYNC_LIMIT_TICKS));
        // ZooKeeper's own bound is 20 ticks: too short for a client that asks for a minute.
        properties.setProperty("maxSessionTimeout", Integer.toString(MAX_SESSION_TIMEOUT_MS));
        // All brokers of a local cluster come from one address; a limit per address would lock some out.
        properties.setProperty("maxClientCnxns", "0");
        properties.setProperty("autopurge.snapRetainCount", "3");
        properties.setProperty("autopurge.purgeInterval", "1");
        properties.setProperty("admin.enableServer", "false");
        properties.setProperty("4lw.commands.whitelist", "ruok,mntr,srvr");
        for (EnsembleMember member : ensemble) {
            properties.setProperty("server." + member.serverId(), member.address());
        }
        return properties;
    }
}
