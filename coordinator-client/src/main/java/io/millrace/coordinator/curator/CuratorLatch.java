package io.millrace.coordinator.curator;

import io.millrace.coordinator.Latch;
import io.millrace.coordinator.LatchListener;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Curator's recipe as it is, with its caveats: see {@link Latch}. */
final class CuratorLatch implements Latch, LeaderLatchListener {

    private static final Logger LOG = LoggerFactory.getLogger(CuratorLatch.class);

    private final RootPath root;
    private final LatchListener listener;
    private final Executor callbacks;
    private final Consumer<Latch> onClosed;
    private final LeaderLatch latch;
    private final AtomicBoolean closed = new AtomicBoolean();

    CuratorLatch(
            CuratorFramework client,
            RootPath root,
            String path,
            String id,
            LatchListener listener,
            Executor callbacks,
            Consumer<Latch> onClosed) {
        this.root = root;
        this.listener = listener;
        this.callbacks = callbacks;
        this.onClosed = onClosed;
        this.latch = new LeaderLatch(client, root.full(path), id, LeaderLatch.CloseMode.SILENT);
        latch.addListener(this);
    }

    void start() {
        try {
            latch.start();
        } catch (Exception e) {
            throw new IllegalStateException("Cannot stand for election on a closed client", e);
        }
    }

    @Override
    public void isLeader() {
        tell(listener::onAcquired);
    }

    @Override
    public void notLeader() {
        tell(listener::onLost);
    }

    @Override
    public Optional<String> ownNode() {
        return Optional.ofNullable(latch.getOurPath()).map(root::below);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClosed.accept(this);
            try {
                latch.close();
            } catch (IOException e) {
                LOG.warn("The latch node {} goes with the session only", latch.getOurPath(), e);
            }
        }
    }

    private void tell(Runnable news) {
        callbacks.execute(() -> {
            if (!closed.get()) {
                news.run();
            }
        });
    }
}
