package io.millrace.lab.link;

import java.io.IOException;
import java.net.ProxySelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Leads the connections of this process's clients to some servers through proxies, by way of the process's
 * {@link ProxySelector}; the servers are not touched. Clients are {@link LinkMap#ELSEWHERE}. Only connections that are opened
 * later come this way.
 */
public final class ClientLinks implements AutoCloseable {
    private final List<LinkProxy> proxies = new ArrayList<>();
    private @Nullable ProxySelector before;
    private @Nullable ProxySelector detour;

    private ClientLinks() {}

    /**
     * Holds until it is closed.
     *
     * @param places each with the endpoint that it tells clients
     * @param aliases what else clients may ask for; those that lead to none of the places are let through as they are
     */
    public static ClientLinks open(Map<String, Endpoint> places, Collection<Endpoint> aliases, LinkMap links)
            throws IOException {
        ClientLinks opened = new ClientLinks();
        try {
            opened.install(places, aliases, links);
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void install(Map<String, Endpoint> places, Collection<Endpoint> aliases, LinkMap links) throws IOException {
        Map<Endpoint, Integer> ports = new HashMap<>();
        for (Map.Entry<String, Endpoint> place : places.entrySet()) {
            LinkProxy proxy = LinkProxy.tunnel(place.getKey(), place.getValue(), links);
            proxies.add(proxy);
            ports.put(place.getValue(), proxy.listenPort());
            aliases.stream().filter(place.getValue()::isSameAs).forEach(alias -> ports.put(alias, proxy.listenPort()));
        }
        before = ProxySelector.getDefault();
        detour = new Detour(ports, before);
        ProxySelector.setDefault(detour);
    }

    /**
     * Puts back the selector that was there, unless somebody has set another one since, and ends all connections. Clients that
     * were led this way are of no use any more: they remember it for a while.
     */
    @Override
    public void close() throws IOException {
        if (detour != null && ProxySelector.getDefault() == detour) {
            ProxySelector.setDefault(before);
        }
        for (LinkProxy proxy : proxies) {
            proxy.close();
        }
    }
}
