package io.millrace.lab.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends those of this process who tunnel to certain endpoints, as gRPC does, to proxies on loopback; all others go as before. */
final class Detour extends ProxySelector {
    /** What gRPC asks with whatever it speaks. Sockets ask with another one, and are not to come here. */
    private static final String TUNNELLED = "https";

    private final Map<Endpoint, Integer> portByEndpoint;
    private final @Nullable ProxySelector before;

    /** @param before null where there was none */
    Detour(Map<Endpoint, Integer> portByEndpoint, @Nullable ProxySelector before) {
        this.portByEndpoint = Map.copyOf(portByEndpoint);
        this.before = before;
    }

    @Override
    public List<Proxy> select(URI uri) {
        Optional<Integer> port = port(uri);
        if (port.isPresent()) {
            return List.of(
                    new Proxy(Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), port.get())));
        }
        return before == null ? List.of(Proxy.NO_PROXY) : before.select(uri);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress proxy, IOException failure) {
        if (before != null && port(uri).isEmpty()) {
            before.connectFailed(uri, proxy, failure);
        }
    }

    private Optional<Integer> port(URI uri) {
        return TUNNELLED.equals(uri.getScheme()) && uri.getHost() != null
                ? Optional.ofNullable(portByEndpoint.get(new Endpoint(uri.getHost(), uri.getPort())))
                : Optional.empty();
    }
}
