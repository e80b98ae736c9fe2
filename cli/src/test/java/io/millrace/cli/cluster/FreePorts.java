package io.millrace.cli.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds room for a whole layout. */
final class FreePorts {
    private static final int ATTEMPTS = 100;

    private FreePorts() {}

    /** A layout of this size whose ports are all free now. */
    static Layout layout(int brokers, int zookeepers) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int base = anyPort();
            if (base < 60_000) {
                Layout layout = new Layout(base, brokers, zookeepers);
                Map<String, Integer> ports = new LinkedHashMap<>();
                layout.members().forEach(member -> ports.putAll(layout.ports(member)));
                if (Ports.taken(ports).isEmpty()) {
                    return layout;
                }
            }
        }
        throw new IOException("no room for " + brokers + " brokers and " + zookeepers + " ZooKeeper servers");
    }

    private static int anyPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
