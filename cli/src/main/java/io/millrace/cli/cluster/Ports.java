package io.millrace.cli.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;

/** Looks which ports of this machine somebody holds already. */
final class Ports {
    private Ports() {}

    /** Those of the given ports on which nobody can listen now, in the order given. */
    static Map<String, Integer> taken(Map<String, Integer> wanted) {
        Map<String, Integer> taken = new LinkedHashMap<>(wanted);
        taken.values().removeIf(Ports::isFree);
        return taken;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do: connections that are still dying do not stand in the way.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
