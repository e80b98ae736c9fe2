package io.millrace.coordinator.memory;

import io.millrace.coordinator.Node;
import io.millrace.coordinator.Subscription;
import io.millrace.coordinator.TreeListener;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/** One watch of one client: knows what it has delivered, so that it can make good what it missed while away. */
final class InMemoryWatch implements Subscription {

    private final InMemoryTree tree;
    private final String root;
    private final TreeListener listener;
    private final Executor listeners;
    private final NavigableMap<String, Node> delivered = new TreeMap<>();
    private boolean initialized;
    private volatile boolean closed;

    InMemoryWatch(InMemoryTree tree, String root, TreeListener listener, Executor listeners) {
        this.tree = tree;
        this.root = InMemoryPaths.require(root);
        this.listener = listener;
        this.listeners = listeners;
    }

    /**
     * Delivers the difference between what is there and what was delivered; children go before their parents. The first
     * time, which for a watch that began without a connection is when that is back, it says that this was all.
     *
     * @param isNewSession whether it says so another time
     */
    void catchUp(boolean isNewSession) {
        List<Node> present = tree.subtree(root);
        NavigableMap<String, Node> gone = new TreeMap<>(delivered);
        present.forEach(node -> gone.remove(node.path()));
        gone.descendingMap().keySet().forEach(this::deliver);
        present.forEach(node -> deliver(node.path()));
        if (isNewSession || !initialized) {
            initialized = true;
            tell(listener::onInitialized);
        }
    }

    void onChanged(List<String> paths) {
        for (String path : paths) {
            if (InMemoryPaths.isIn(root, path)) {
                deliver(path);
            }
        }
    }

    private void deliver(String path) {
        Optional<Node> now = tree.read(path);
        if (now.isEmpty()) {
            if (delivered.remove(path) != null) {
                tell(() -> listener.onDeleted(path));
            }
        } else if (!now.get().equals(delivered.put(path, now.get()))) {
            tell(() -> listener.onNode(now.get()));
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
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}
