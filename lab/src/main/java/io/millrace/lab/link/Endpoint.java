package io.millrace.lab.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;

/**
 * Where somebody listens.
 *
 * @param host name or address, in small letters, IPv6 without brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {

    public Endpoint {
        host = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        host = host.toLowerCase(Locale.ROOT);
    }

    /** From {@code host:port}, as brokers and bootstrap lists write it; {@link IllegalArgumentException} for anything else. */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("'" + text + "' is not HOST:PORT");
        }
        return new Endpoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    /** Whether a connection to either comes to the same socket, as far as names tell; false where one has no address. */
    boolean isSameAs(Endpoint other) {
        if (port != other.port) {
            return false;
        }
        try {
            return host.equals(other.host)
                    || !Collections.disjoint(
                            Arrays.asList(InetAddress.getAllByName(host)),
                            Arrays.asList(InetAddress.getAllByName(other.host)));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Connects to the first of its addresses that accepts, {@code timeoutMs} for each; fails as the last one did. */
    Socket connect(int timeoutMs) throws IOException {
        IOException failure = new UnknownHostException(host);
        for (InetAddress address : InetAddress.getAllByName(host)) {
            // Directly: the selector that sends clients here is not to be asked again.
            Socket socket = new Socket(Proxy.NO_PROXY);
            try {
                socket.connect(new InetSocketAddress(address, port), timeoutMs);
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = e;
            }
        }
        throw failure;
    }
}
