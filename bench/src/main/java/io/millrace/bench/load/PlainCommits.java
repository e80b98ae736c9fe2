package io.millrace.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * The plain way to keep offsets in ZooKeeper, for comparison: a node for each group and partition, and a write for each
 * commit, from as many sessions as there are coordinators.
 */
final class PlainCommits {
    private static final int SESSIONS = 3;
    private static final int NODES_EACH = 340;
    private static final int SESSION_TIMEOUT_MS = 10_000;
    private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(5);
    private static final String ROOT = "/plain-offsets";
    /** As long as one offset is in a chunk of Millrace's. */
    private static final byte[] DATA = "{\"offset\":123456,\"leaderEpoch\":0,\"metadata\":\"\",\"time\":1795393346607}"
            .getBytes(StandardCharsets.UTF_8);

    private final String connect;

    PlainCommits(String connect) {
        this.connect = connect;
    }

    /**
     * Offsets per second.
     *
     * @param inFlight of each session
     */
    double run(int inFlight) throws IOException, InterruptedException {
        List<ZooKeeper> sessions = new ArrayList<>();
        try {
            for (int i = 0; i < SESSIONS; i++) {
                sessions.add(connected());
            }
            prepare(sessions.get(0));
            AtomicLong done = new AtomicLong();
            long startNs = System.nanoTime();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                int session = i;
                threads.add(new Thread(
                        () -> write(sessions.get(session), session, inFlight, startNs + WINDOW_NS, done),
                        "bench-plain-" + i));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            double perS = done.get() / ((System.nanoTime() - startNs) / 1e9);
            ZKUtil.deleteRecursive(sessions.get(0), ROOT);
            return perS;
        } catch (KeeperException failed) {
            throw new IOException("ZooKeeper: " + failed.getMessage(), failed);
        } finally {
            for (ZooKeeper session : sessions) {
                session.close();
            }
        }
    }

    private ZooKeeper connected() throws IOException, InterruptedException {
        CountDownLatch isConnected = new CountDownLatch(1);
        ZooKeeper session = new ZooKeeper(connect, SESSION_TIMEOUT_MS, (WatchedEvent event) -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                isConnected.countDown();
            }
        });
        if (!isConnected.await(SESSION_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
            throw new IOException("no connection to ZooKeeper at " + connect);
        }
        return session;
    }

    private static void prepare(ZooKeeper session) throws KeeperException, InterruptedException {
        if (session.exists(ROOT, false) != null) {
            ZKUtil.deleteRecursive(session, ROOT);
        }
        var unused = session.create(ROOT, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        for (int i = 0; i < SESSIONS * NODES_EACH; i++) {
            unused = session.create(ROOT + "/" + i, DATA, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
    }

    private static void write(ZooKeeper session, int number, int inFlight, long untilNs, AtomicLong done) {
        Semaphore free = new Semaphore(inFlight);
        for (int i = 0; System.nanoTime() - untilNs < 0; i++) {
            free.acquireUninterruptibly();
            session.setData(
                    ROOT + "/" + (number * NODES_EACH + i % NODES_EACH),
                    DATA,
                    -1,
                    (code, path, context, stat) -> {
                        if (code == KeeperException.Code.OK.intValue()) {
                            done.incrementAndGet();
                        }
                        free.release();
                    },
                    null);
        }
        free.acquireUninterruptibly(inFlight);
    }
}
