package io.millrace.cli.zookeeper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZooKeeperServerMain;
import org.apache.zookeeper.server.admin.AdminServer.AdminServerException;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig.ConfigException;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/** One ZooKeeper server in this process. */
final class BundledZooKeeper {
    private final ZooKeeperSettings settings;

    BundledZooKeeper(ZooKeeperSettings settings) {
        this.settings = settings;
    }

    /** Runs until the process is told to stop. {@code onListening} is called once clients may connect. */
    void run(Runnable onListening) throws IOException, ConfigException, AdminServerException {
        Files.createDirectories(settings.dataDir());
        claimServerId();
        QuorumPeerConfig config = new QuorumPeerConfig();
        config.parseProperties(settings.toProperties());
        DatadirCleanupManager purge = new DatadirCleanupManager(
                config.getDataDir(), config.getDataLogDir(), config.getSnapRetainCount(), config.getPurgeInterval());
        purge.start();
        try {
            if (config.isDistributed()) {
                runMember(config, onListening);
            } else {
                runAlone(config, onListening);
            }
        } finally {
            purge.shutdown();
        }
    }

    private static void runAlone(QuorumPeerConfig config, Runnable onListening)
            throws IOException, AdminServerException {
        ServerConfig serverConfig = new ServerConfig();
        serverConfig.readFrom(config);
        ZooKeeperServerMain server = new ZooKeeperServerMain() {
            @Override
            protected void serverStarted() {
                onListening.run();
            }
        };
        runUntilStopped(server::close, () -> server.runFromConfig(serverConfig));
    }

    private static void runMember(QuorumPeerConfig config, Runnable onListening)
            throws IOException, AdminServerException {
        QuorumPeerMain server = new QuorumPeerMain();
        // A member listens before it has found the others and serves after; it says nothing in between.
        onListening.run();
        runUntilStopped(server::close, () -> server.runFromConfig(config));
    }

    private interface ServerRun {
        void run() throws IOException, AdminServerException;
    }

    /** The JVM ends when its shutdown hooks have: this one waits until the server has put its data away. */
    private static void runUntilStopped(Runnable close, ServerRun server) throws IOException, AdminServerException {
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeAndWait(close, ended), "mill-zk-stop"));
        try {
            server.run();
        } finally {
            ended.countDown();
        }
    }

    private static void closeAndWait(Runnable close, CountDownLatch ended) {
        close.run();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** ZooKeeper knows its id by a file. A directory of another member is refused: two with one id would lose data. */
    private void claimServerId() throws IOException {
        Path file = settings.dataDir().resolve("myid");
        String id = Integer.toString(settings.serverId());
        if (!settings.isEnsemble()) {
            return;
        }
        if (!Files.exists(file)) {
            Files.writeString(file, id + "\n");
        } else if (!Files.readString(file).strip().equals(id)) {
            throw new IOException(settings.dataDir() + " belongs to ZooKeeper server "
                    + Files.readString(file).strip() + ", not to server " + id);
        }
    }
}
