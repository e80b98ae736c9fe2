package io.millrace.lab.junit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** A ZooKeeper server in this process, alone. */
final class EmbeddedZooKeeper implements AutoCloseable {
    private static final int TICK_MS = 500;
    private static final int ANY_NUMBER = 0;

    private final ZooKeeperServer server;
    private final NIOServerCnxnFactory connections = new NIOServerCnxnFactory();

    /** Takes connections when this returns. */
    EmbeddedZooKeeper(Path directory) throws IOException, InterruptedException {
        server = new ZooKeeperServer(directory.toFile(), directory.toFile(), TICK_MS);
        try {
            connections.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ANY_NUMBER);
            connections.startup(server);
        } catch (IOException | InterruptedException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    int port() {
        return connections.getLocalPort();
    }

    @Override
    public void close() {
        connections.shutdown();
        // The factory ends the server only where it has got so far as to know it.
        server.shutdown();
    }
}
