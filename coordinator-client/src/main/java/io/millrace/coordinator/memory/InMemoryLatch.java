package io.millrace.coordinator.memory;

import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Latch;
import io.millrace.coordinator.LatchListener;
import io.millrace.coordinator.Operation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A queue of sequential ephemeral nodes, the first one holds. As with Curator's recipe, a client whose own node somebody
 * deletes is not told: it goes on believing.
 */
final class InMemoryLatch implements Latch {

    private final InMemoryTree tree;
    private final String path;
    private final String id;
    private final LatchListener listener;
    private final Executor listeners;
    private final BooleanSupplier connected;
    private @Nullable String ownNode;
    private long ownSession;
    private boolean held;
    private volatile boolean closed;

    InMemoryLatch(
            InMemoryTree tree,
            String path,
            String id,
            LatchListener listener,
            Executor listeners,
            BooleanSupplier connected) {
        this.tree = tree;
        this.path = InMemoryPaths.require(path);
        this.id = id;
        this.listener = listener;
        this.listeners = listeners;
        this.connected = connected;
    }

    /** Queues in {@code session}, unless this latch stands in it already and its node is there. */
    void stand(long session) {
        synchronized (tree) {
            boolean stands = ownNode != null
                    && ownSession == session
                    && tree.read(ownNode).isPresent();
            if (closed) {
                leave();
                return;
            }
            if (stands) {
                return;
            }
            onSessionLost();
            createParents(session, path);
            String name = String.format("%s/%s-latch-%010d", path, id, tree.nextSequence());
            CommitResult created = tree.commit(session, List.of(new Operation.Create(name, id, true)));
            if (!(created instanceof CommitResult.Committed)) {
                throw new IllegalStateException("Cannot stand at " + name + ": " + created);
            }
            ownNode = name;
            ownSession = session;
            check();
        }
    }

    /** Looks whether this latch has become the first of the queue. */
    void check() {
        synchronized (tree) {
            if (closed || held || ownNode == null || !isFirst(ownNode)) {
                return;
            }
            held = true;
            tell(listener::onAcquired);
        }
    }

    /** The place in the queue is gone with the session. */
    void onSessionLost() {
        synchronized (tree) {
            ownNode = null;
            if (held) {
                held = false;
                tell(listener::onLost);
            }
        }
    }

    private boolean isFirst(String node) {
        String name = node.substring(path.length() + 1);
        List<String> queue = tree.children(path);
        return queue.contains(name)
                && queue.stream().allMatch(other -> sequence(other).compareTo(sequence(name)) >= 0);
    }

    private static String sequence(String name) {
        return name.substring(name.lastIndexOf('-') + 1);
    }

    private void createParents(long session, String node) {
        if (tree.read(node).isEmpty()) {
            createParents(session, InMemoryPaths.parent(node));
            tree.commit(session, List.of(new Operation.Create(node, "", false)));
        }
    }

    private void tell(Runnable news) {
        listeners.execute(() -> {
            if (!closed) {
                news.run();
            }
        });
    }

    @Override
    public Optional<String> ownNode() {
        synchronized (tree) {
            return Optional.ofNullable(ownNode);
        }
    }

    @Override
    public void close() {
        synchronized (tree) {
            closed = true;
            leave();
        }
    }

    /** A client without a connection leaves the queue when it is back, if its session still lives. */
    private void leave() {
        if (ownNode != null && connected.getAsBoolean()) {
            tree.commit(ownSession, List.of(new Operation.Delete(ownNode, Operation.ANY_VERSION)));
            ownNode = null;
        }
    }

    /** Closed and out of the queue. */
    boolean isGone() {
        return closed && ownNode == null;
    }
}
