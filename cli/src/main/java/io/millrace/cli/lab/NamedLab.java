package io.millrace.cli.lab;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.client.ClientConfig;
import io.millrace.client.MillraceClient;
import io.millrace.lab.link.ClientLinks;
import io.millrace.lab.link.Endpoint;
import io.millrace.lab.link.LinkMap;
import io.millrace.lab.run.FaultKind;
import io.millrace.lab.run.FaultKit;
import io.millrace.lab.run.FaultKit.Injector;
import io.millrace.lab.run.FaultScope;
import io.millrace.lab.run.LinkFaults;
import io.millrace.lab.run.RunTarget;
import io.millrace.proto.v1.Broker;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that the user names, whose servers are left alone: only the links between this process's clients and its brokers
 * can be broken. Clients that are made before it is open are not reached.
 */
final class NamedLab implements AutoCloseable {
    private final ClientConfig clients;
    private final List<Integer> brokers;
    private final FaultKit kit;
    private final @Nullable ClientLinks clientLinks;

    private NamedLab(ClientConfig clients, List<Integer> brokers, FaultKit kit, @Nullable ClientLinks clientLinks) {
        this.clients = clients;
        this.brokers = brokers;
        this.kit = kit;
        this.clientLinks = clientLinks;
    }

    /**
     * Asks the cluster for its brokers, and puts proxies between them and this process's clients if a wanted fault needs them.
     * A failure to ask is a {@link io.millrace.client.MillraceException}.
     */
    static NamedLab open(String bootstrap, List<FaultKind> wanted) throws IOException {
        ClientConfig clients = config(bootstrap);
        Map<Integer, Endpoint> brokers = brokers(clients);
        LinkMap links = new LinkMap();
        Map<FaultKind, Injector> injectors = new EnumMap<>(FaultKind.class);
        injectors.putAll(LinkFaults.ofClients(links).injectors());
        injectors.keySet().retainAll(wanted);
        Map<FaultKind, String> skipped = new EnumMap<>(FaultKind.class);
        for (FaultKind kind : FaultKind.values()) {
            if (!injectors.containsKey(kind)) {
                skipped.put(
                        kind, LinkFaults.KINDS.contains(kind) ? "it was not asked for" : "the servers are the user's");
            }
        }
        return new NamedLab(
                clients,
                List.copyOf(brokers.keySet()),
                new FaultKit(injectors, skipped),
                injectors.isEmpty() ? null : clientLinks(clients, brokers, links));
    }

    private static ClientConfig config(String bootstrap) {
        try {
            return ClientConfig.of(bootstrap);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(
                    "--bootstrap: " + e.getMessage(), "Give it as in --bootstrap localhost:7171,localhost:7172.");
        }
    }

    private static Map<Integer, Endpoint> brokers(ClientConfig clients) {
        Map<Integer, Endpoint> brokers = new TreeMap<>();
        try (MillraceClient probe = new MillraceClient(clients)) {
            for (Broker broker : probe.metadata().getBrokersList()) {
                brokers.put(broker.getId(), Endpoint.parse(broker.getEndpoint()));
            }
        }
        return brokers;
    }

    private static ClientLinks clientLinks(ClientConfig clients, Map<Integer, Endpoint> brokers, LinkMap links)
            throws IOException {
        Map<String, Endpoint> places = new TreeMap<>();
        brokers.forEach((id, endpoint) -> places.put("broker-" + id, endpoint));
        return ClientLinks.open(
                places, clients.bootstrap().stream().map(Endpoint::parse).toList(), links);
    }

    int brokers() {
        return brokers.size();
    }

    FaultKit kit() {
        return kit;
    }

    FaultScope scope() {
        return FaultScope.ofClients(brokers);
    }

    RunTarget target(List<FaultKind> wanted, String command, String conditions) {
        String address = String.join(",", clients.bootstrap());
        return new RunTarget(
                address, "The cluster at " + address, command, kit, kit.missing(wanted), conditions, Optional.empty());
    }

    /** From now on new clients go straight to the brokers again; after those that were made meanwhile are closed. */
    @Override
    public void close() throws IOException {
        if (clientLinks != null) {
            clientLinks.close();
        }
    }
}
