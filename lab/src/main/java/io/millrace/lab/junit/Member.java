package io.millrace.lab.junit;

import io.millrace.broker.server.Broker;
import io.millrace.broker.server.BrokerConfig;
import io.millrace.broker.server.ConfigException;
import io.millrace.broker.server.ConfigLoader;
import io.millrace.broker.server.StartRefusedException;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.curator.CuratorConfig;
import io.millrace.coordinator.curator.CuratorCoordinator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One broker of a cluster, running or not. From any thread, one call at a time. */
final class Member implements AutoCloseable {
    private static final long HEAP_BYTES = 256L << 20;

    private final int id;
    private final Path directory;
    private final int zooKeeperPort;
    private final Links links;
    private final FaultHistory history;
    private final AtomicReference<@Nullable Running> running = new AtomicReference<>();
    private volatile CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);
    private @Nullable StandStill pause;

    private record Running(Broker broker, Coordinator coordinator) {}

    Member(int id, Path directory, int zooKeeperPort, Links links, FaultHistory history) {
        this.id = id;
        this.directory = directory;
        this.zooKeeperPort = zooKeeperPort;
        this.links = links;
        this.history = history;
    }

    /** Returns when it takes calls. What was killed before has to have ended, for it holds the data directory. */
    void start() {
        ended.join();
        BrokerConfig config = config();
        BrokerConfig.Zookeeper zooKeeper = config.zookeeper();
        Coordinator coordinator = new SteeredCoordinator(
                new CuratorCoordinator(new CuratorConfig(
                        zooKeeper.connect(),
                        zooKeeper.root(),
                        zooKeeper.sessionTimeoutMs(),
                        zooKeeper.connectionTimeoutMs())),
                new Steering(id, links));
        try {
            Broker broker = Broker.start(config, coordinator, this::onFault, "test");
            running.set(new Running(broker, coordinator));
        } catch (StartRefusedException | RuntimeException failed) {
            coordinator.close();
            throw new IllegalStateException("broker " + id + " cannot start: " + failed.getMessage(), failed);
        } catch (InterruptedException interrupted) {
            coordinator.close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while broker " + id + " started", interrupted);
        }
    }

    boolean isRunning() {
        return running.get() != null;
    }

    /** Where clients reach it; empty text where it does not run. */
    String endpoint() {
        Running now = running.get();
        return now == null
                ? ""
                : links.way(Links.CLIENTS, id, now.broker().clientEndpoint().port());
    }

    /** Its connections are gone when this returns; its threads end a little later. */
    void kill() {
        Running killed = running.getAndSet(null);
        if (killed != null) {
            links.sever(id);
            resume();
            ended = CompletableFuture.runAsync(() -> end(killed), task -> new Thread(task, "mill-kill-" + id).start());
        }
    }

    private static void end(Running killed) {
        killed.broker().abandon();
        killed.coordinator().close();
    }

    void pause() {
        Running now = running.get();
        if (now != null && pause == null) {
            links.pause(id);
            pause = new StandStill(now.broker().threads());
        }
    }

    void resume() {
        StandStill standing = pause;
        if (standing != null) {
            pause = null;
            standing.close();
            links.resume(id);
        }
    }

    /** In production such a fault halts the process. */
    private void onFault(String where, Throwable fault) {
        history.add("broker " + id + " fails by itself: " + where + ": " + fault);
        kill();
    }

    /** Ends it without ceremony; returns when nothing of it is left. */
    @Override
    public void close() {
        kill();
        ended.join();
    }

    private BrokerConfig config() {
        try {
            Path file = directory.resolve("broker.yaml");
            Files.createDirectories(directory);
            Files.writeString(
                    file, """
                    broker: {id: %d, dataDir: "%s"}
                    listeners: {client: {bind: "127.0.0.1:0"}, internal: {bind: "127.0.0.1:0"}}
                    zookeeper: {connect: "%s"}
                    log: {minFreeBytes: 0}
                    threads: {partitionLoops: 1}
                    """.formatted(id, directory.resolve("data"), links.way(id, Links.ZOOKEEPER, zooKeeperPort)));
            return new ConfigLoader(Map.of(), 1, HEAP_BYTES).load(file);
        } catch (IOException | ConfigException unusable) {
            throw new IllegalStateException("broker " + id + " cannot be configured", unusable);
        }
    }
}
