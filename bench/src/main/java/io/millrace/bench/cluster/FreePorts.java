package io.millrace.bench.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;

/**
 * Blocks of ports on which nobody listens. Not those that the system hands out itself (port 0): a client that calls a
 * killed broker again and again may be given the broker's own port to call from, and then nobody can listen there.
 */
final class FreePorts {
    /** Below what Linux (32768) and others (49152) give to callers. */
    private static final int LOWEST = 12_000;

    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 200;

    private FreePorts() {}

    /** A base so that base + each offset is free now. */
    static int base(int... offsets) throws IOException {
        Random random = new Random();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int base = LOWEST + random.nextInt(HIGHEST - LOWEST);
            if (areFree(base, offsets)) {
                return base;
            }
        }
        throw new IOException("no free ports found from " + LOWEST + " to " + HIGHEST);
    }

    private static boolean areFree(int base, int... offsets) {
        for (int offset : offsets) {
            if (!isFree(base + offset)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
