package io.millrace.coordinator.curator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for ZooKeeper servers, which have to know theirs before they start, and are started again on the same.
 *
 * <p>Each JVM of tests has a range of its own, and all are below the ports that systems give to whoever asks for any: so
 * nobody takes one while its server is not there.
 */
final class ServerPorts {
    private static final int LOWEST = 10_000;
    private static final int OF_ONE_JVM = 2_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger(LOWEST + Integer.getInteger("test.jvm.number", 0) * OF_ONE_JVM);

    private ServerPorts() {}

    /** One that is free, and that was not given to anybody in this JVM. */
    static int next() {
        int port = NEXT.getAndIncrement();
        while (!isFree(port)) {
            port = NEXT.getAndIncrement();
        }
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            // Everywhere, as ZooKeeper does.
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
