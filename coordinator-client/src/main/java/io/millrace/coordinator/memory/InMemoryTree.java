package io.millrace.coordinator.memory;

import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/** The service: all nodes, and the clients that hear of their changes. Guarded by its own monitor. */
public final class InMemoryTree {

    private final NavigableMap<String, Node> nodes = new TreeMap<>();
    private final List<InMemoryCoordinator> clients = new ArrayList<>();
    private long lastTransaction;
    private long lastSession;
    private long lastSequence;

    public InMemoryTree() {
        nodes.put("/", new Node("/", "", 0, 0, 0, 0));
    }

    /**
     * A new client with a new session.
     *
     * @param listeners runs completions and listeners, one at a time and in order
     */
    public synchronized InMemoryCoordinator connect(Executor listeners) {
        InMemoryCoordinator client = new InMemoryCoordinator(this, listeners);
        clients.add(client);
        return client;
    }

    /** What a backup of the service holds: of the nodes that live with a session nothing is left when it is put back. */
    public synchronized NavigableMap<String, Node> copy() {
        NavigableMap<String, Node> copy = new TreeMap<>(nodes);
        copy.values().removeIf(node -> node.ephemeralOwner() != 0);
        return copy;
    }

    /** Puts an earlier {@link #copy} in the place of everything. Watches that are open are told of later changes only. */
    public synchronized void putBack(NavigableMap<String, Node> copy) {
        nodes.clear();
        nodes.putAll(copy);
    }

    synchronized long newSession() {
        return ++lastSession;
    }

    synchronized long nextSequence() {
        return ++lastSequence;
    }

    synchronized Optional<Node> read(String path) {
        return Optional.ofNullable(nodes.get(InMemoryPaths.require(path)));
    }

    synchronized List<String> children(String path) {
        String below = InMemoryPaths.prefix(InMemoryPaths.require(path));
        List<String> names = new ArrayList<>();
        for (String found : nodes.tailMap(below, false).keySet()) {
            if (!found.startsWith(below)) {
                break;
            }
            String name = found.substring(below.length());
            if (name.indexOf('/') < 0) {
                names.add(name);
            }
        }
        return names;
    }

    /** {@code path} and all below it, parents before their children. */
    synchronized List<Node> subtree(String path) {
        String below = InMemoryPaths.prefix(path);
        List<Node> found = new ArrayList<>();
        read(path).ifPresent(found::add);
        for (Node node : nodes.tailMap(below, false).values()) {
            if (!node.path().startsWith(below)) {
                break;
            }
            found.add(node);
        }
        return found;
    }

    synchronized CommitResult commit(long session, List<Operation> operations) {
        InMemoryTransaction transaction = new InMemoryTransaction(nodes, lastTransaction + 1, session);
        CommitResult result = transaction.run(operations);
        if (result instanceof CommitResult.Committed) {
            lastTransaction++;
            tellClients(transaction.changedPaths());
        }
        return result;
    }

    /** Ends a session: its ephemeral nodes are deleted, in the order of their paths, as one transaction. */
    synchronized void endSession(long session) {
        List<Operation> deletes = new ArrayList<>();
        for (Node node : nodes.values()) {
            if (node.ephemeralOwner() == session) {
                deletes.add(new Operation.Delete(node.path(), Operation.ANY_VERSION));
            }
        }
        if (!deletes.isEmpty()) {
            commit(session, deletes);
        }
    }

    synchronized void disconnect(InMemoryCoordinator client) {
        clients.remove(client);
    }

    private void tellClients(List<String> changedPaths) {
        // A listener on a direct executor may connect or close clients meanwhile.
        for (InMemoryCoordinator client : List.copyOf(clients)) {
            client.onChanged(changedPaths);
        }
    }
}
