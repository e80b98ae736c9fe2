package io.millrace.coordinator.curator;

import io.millrace.coordinator.Subscription;
import io.millrace.coordinator.TreeListener;
import java.util.concurrent.Executor;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A recursive watch. The cache reads everything again after each reconnect, so what was missed is made good. */
final class CuratorWatch implements Subscription, CuratorCacheListener {

    private static final Logger LOG = LoggerFactory.getLogger(CuratorWatch.class);

    private final RootPath root;
    private final TreeListener listener;
    private final Executor callbacks;
    private final CuratorCache cache;
    private volatile boolean closed;

    CuratorWatch(CuratorFramework client, RootPath root, String path, TreeListener listener, Executor callbacks) {
        this.root = root;
        this.listener = listener;
        this.callbacks = callbacks;
        this.cache = CuratorCache.builder(client, root.full(path))
                .withStorage(new IncarnationStorage())
                // What cannot be read for want of a connection is read when there is one.
                .withExceptionHandler(failed -> LOG.warn("Watch of {} waits for a connection", path, failed))
                .build();
        cache.listenable().addListener(this);
    }

    void start() {
        cache.start();
    }

    @Override
    public void event(Type type, @Nullable ChildData before, @Nullable ChildData after) {
        if (after != null) {
            tell(() ->
                    listener.onNode(CuratorReads.node(root.below(after.getPath()), after.getData(), after.getStat())));
        } else if (before != null) {
            tell(() -> listener.onDeleted(root.below(before.getPath())));
        }
    }

    @Override
    public void initialized() {
        tell(listener::onInitialized);
    }

    @Override
    public void close() {
        closed = true;
        cache.close();
    }

    private void tell(Runnable news) {
        callbacks.execute(() -> {
            if (!closed) {
                news.run();
            }
        });
    }
}
