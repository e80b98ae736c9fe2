package io.millrace.lab.junit;

import io.millrace.broker.runtime.NamedThreads;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * All relays of a cluster: from each broker to each other one and to ZooKeeper, and from clients to each broker, made when
 * somebody first asks the way. Which of them are cut follows from the faults that are on. Safe for threads.
 */
final class Links implements AutoCloseable {
    static final int CLIENTS = -1;
    static final int ZOOKEEPER = -2;

    private final MultiThreadIoEventLoopGroup threads =
            new MultiThreadIoEventLoopGroup(1, NamedThreads.factory("mill-relay"), NioIoHandler.newFactory());
    private final EventLoop loop = threads.next();
    private final Map<Way, Relay> relays = new HashMap<>();
    private final Set<Integer> dead = new HashSet<>();
    private final Set<Pair> partitioned = new HashSet<>();
    private final Set<Integer> isolated = new HashSet<>();
    private final Set<Integer> paused = new HashSet<>();

    private record Way(int from, int to, int port) {
        boolean touches(int broker) {
            return from == broker || to == broker;
        }
    }

    private record Pair(int one, int other) {}

    /** Where {@code from} has to connect to in order to reach {@code port} of {@code to}. */
    synchronized String way(int from, int to, int port) {
        Way way = new Way(from, to, port);
        Relay relay = relays.get(way);
        if (relay == null) {
            relay = open(port);
            relay.setCut(isCut(way));
            if (dead.contains(port)) {
                relay.close();
            }
            relays.put(way, relay);
        }
        return relay.endpoint();
    }

    private Relay open(int port) {
        try {
            return new Relay(loop, port);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    synchronized void partition(int one, int other) {
        partitioned.add(new Pair(one, other));
        apply();
    }

    synchronized void isolate(int broker) {
        isolated.add(broker);
        apply();
    }

    synchronized void pause(int broker) {
        paused.add(broker);
        apply();
    }

    synchronized void resume(int broker) {
        paused.remove(broker);
        apply();
    }

    /** Mends what {@link #partition} and {@link #isolate} cut. */
    synchronized void heal() {
        partitioned.clear();
        isolated.clear();
        apply();
    }

    /**
     * Resets every connection of this broker. Its ports refuse from now on; a process of it that is started later has
     * others, and finds its own ways anew.
     */
    synchronized void sever(int broker) {
        relays.forEach((way, relay) -> {
            if (way.touches(broker)) {
                relay.close();
                if (way.to() == broker) {
                    dead.add(way.port());
                }
            }
        });
        // Who asks for the way to a dead port gets one that refuses, however late.
        relays.keySet().removeIf(way -> way.from() == broker);
    }

    private void apply() {
        relays.forEach((way, relay) -> relay.setCut(isCut(way)));
    }

    private boolean isCut(Way way) {
        return paused.contains(way.from())
                || paused.contains(way.to())
                || isolated.contains(way.from())
                || isolated.contains(way.to())
                || partitioned.contains(new Pair(way.from(), way.to()))
                || partitioned.contains(new Pair(way.to(), way.from()));
    }

    @Override
    public void close() {
        synchronized (this) {
            relays.values().forEach(Relay::close);
            relays.clear();
        }
        threads.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }
}
