package io.millrace.coordinator.curator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for ZooKeeper servers, which have to know theirs before they start, and are started again on the same.
 *
 * <p>Each JVM of tests has a range of its own, in which it begins anywhere: another build may run on this machine. The
 * ranges end below those of the tests of the command, from 16,000 on, and those are below the ports that systems give to
 * whoever asks for any: so nobody takes one while its server is not there.
 */
final class ServerPorts {
    private static final int LOWEST = 10_000;
    private static final int OF_ONE_JVM = 2_000;
    /** Those of a build are 1 and 2; 0 is one that somebody has started by hand. */
    private static final int JVMS = 3;

    private static final int FIRST = LOWEST + Integer.getInteger("test.jvm.number", 0) % JVMS * OF_ONE_JVM;
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(OF_ONE_JVM));

    private ServerPorts() {}

    /** One that is free, and that was not given to anybody in this JVM before all others were. */
    static int next() {
        for (int tried = 0; tried < OF_ONE_JVM; tried++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), OF_ONE_JVM);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + FIRST + " to " + (FIRST + OF_ONE_JVM - 1));
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
