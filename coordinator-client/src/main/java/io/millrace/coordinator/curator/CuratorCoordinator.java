package io.millrace.coordinator.curator;

import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.Latch;
import io.millrace.coordinator.LatchListener;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.SessionListener;
import io.millrace.coordinator.Subscription;
import io.millrace.coordinator.TransactionLimits;
import io.millrace.coordinator.TreeListener;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.SessionConnectionStateErrorPolicy;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;

/** The port on ZooKeeper: one client with one session at a time. */
public final class CuratorCoordinator implements Coordinator {

    private static final int RETRY_MS = 50;
    private static final int RETRY_MAX_MS = 1000;
    private static final int RETRIES = 6;

    private final CuratorFramework client;
    private final RootPath root;
    private final CallbackThread callbacks = new CallbackThread();
    private final OpenStages stages = new OpenStages();
    private final CuratorSession session;
    private final CuratorReads reads;
    private final CuratorTransactions transactions;
    /** Watches and latches that are open: they hold threads and watchers of the client. */
    private final Set<Subscription> open = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean closed = new AtomicBoolean();

    /** Returns at once and connects in the background, for as long as it takes. */
    public CuratorCoordinator(CuratorConfig config) {
        client = client(config);
        root = new RootPath(config.root());
        session = new CuratorSession(client, callbacks);
        reads = new CuratorReads(client, root, stages, callbacks);
        transactions = new CuratorTransactions(client, reads, root, stages, callbacks);
        client.getConnectionStateListenable().addListener(session);
        client.start();
    }

    private static CuratorFramework client(CuratorConfig config) {
        return CuratorFrameworkFactory.builder()
                .connectString(config.connect())
                .sessionTimeoutMs(config.sessionTimeoutMs())
                .connectionTimeoutMs(config.connectionTimeoutMs())
                .retryPolicy(new BoundedExponentialBackoffRetry(RETRY_MS, RETRY_MAX_MS, RETRIES))
                // A suspended connection ends no role: the version of the epoch node decides, not the latch.
                .connectionStateErrorPolicy(new SessionConnectionStateErrorPolicy())
                // The servers know themselves by addresses that may not lead anywhere from here.
                .ensembleTracker(false)
                .runSafeService(notifier())
                // A container node vanishes when it has been emptied; the tree's own nodes stay.
                .dontUseContainerParents()
                .build();
    }

    /**
     * Curator would make one of its own, whose thread outlives the client. This one's thread ends when it has nothing to do,
     * and what comes after the client was closed is not refused.
     */
    private static Executor notifier() {
        ThreadPoolExecutor notifier =
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread made = new Thread(task, "mill-zk-notify");
                    made.setDaemon(true);
                    return made;
                });
        notifier.allowCoreThreadTimeOut(true);
        return notifier;
    }

    @Override
    public CompletionStage<Optional<Node>> read(String path) {
        return reads.node(path);
    }

    @Override
    public CompletionStage<List<String>> children(String path) {
        return reads.children(path);
    }

    @Override
    public CompletionStage<CommitResult> commit(List<Operation> operations) {
        TransactionLimits.require(operations);
        return transactions.commit(operations);
    }

    @Override
    public CompletionStage<Void> sync() {
        return reads.sync().thenAccept(done -> {});
    }

    @Override
    public Subscription watch(String path, TreeListener listener) {
        CuratorWatch watch = new CuratorWatch(client, root, path, listener, callbacks);
        open.add(watch);
        watch.start();
        return () -> close(watch);
    }

    @Override
    public Latch latch(String path, String id, LatchListener listener) {
        CuratorLatch latch = new CuratorLatch(client, root, path, id, listener, callbacks, open::remove);
        open.add(latch);
        latch.start();
        return latch;
    }

    @Override
    public Subscription watchSession(SessionListener listener) {
        return session.watch(listener);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            // Before the client answers for them that it is closing.
            stages.close();
            List.copyOf(open).forEach(this::close);
            client.close();
            callbacks.close();
        }
    }

    private void close(Subscription subscription) {
        open.remove(subscription);
        subscription.close();
    }

    /** For tests, which break its session. */
    CuratorFramework client() {
        return client;
    }
}
