package io.millrace.cli.lab;

import io.millrace.cli.cluster.LocalProcesses;
import io.millrace.cli.cluster.OwnCluster;
import io.millrace.lab.link.LinkMap;
import io.millrace.lab.link.LinkProxy;
import io.millrace.lab.link.ProcessPeers;
import io.millrace.lab.run.ClockFaults;
import io.millrace.lab.run.DiskFaults;
import io.millrace.lab.run.DiskImage;
import io.millrace.lab.run.FaultKind;
import io.millrace.lab.run.FaultKit;
import io.millrace.lab.run.FaultKit.Injector;
import io.millrace.lab.run.LinkFaults;
import io.millrace.lab.run.ProcessFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What stands around the members of a run's own cluster so that its faults can be had: proxies, disks, clocks. */
final class OwnSetting implements AutoCloseable {
    private static final List<FaultKind> OF_DISKS =
            List.of(FaultKind.DISK_FULL, FaultKind.SLOW_DISK, FaultKind.POWER_LOSS, FaultKind.DISK_ERROR);

    private final OwnCluster cluster;
    private final List<FaultKind> wanted;
    private final LinkMap links = new LinkMap();
    private final Map<Integer, LinkProxy> proxies = new HashMap<>();
    private final Map<Integer, DiskImage> disks = new TreeMap<>();
    private final Map<FaultKind, String> missing = new EnumMap<>(FaultKind.class);
    private @Nullable ClockFaults clocks;

    OwnSetting(OwnCluster cluster, List<FaultKind> wanted) {
        this.cluster = cluster;
        this.wanted = List.copyOf(wanted);
    }

    /** Before any member starts. */
    void setUp() throws IOException, InterruptedException {
        for (FaultKind kind : FaultKind.values()) {
            if (!wanted.contains(kind)) {
                missing.put(kind, "it was not asked for");
            }
        }
        if (wanted.stream().anyMatch(LinkFaults.KINDS::contains)) {
            setUpLinks();
        }
        if (wanted.stream().anyMatch(OF_DISKS::contains)) {
            setUpDisks();
        }
        if (wanted.contains(FaultKind.CLOCK)) {
            clocks = ClockFaults.in(cluster.root().resolve("clocks")).orElse(null);
            if (clocks == null) {
                missing.put(FaultKind.CLOCK, "the library libfaketime is not installed");
            }
        }
    }

    private void setUpLinks() throws IOException {
        if (!ProcessPeers.isPossible()) {
            LinkFaults.KINDS.forEach(kind -> missing.put(kind, "this system does not tell whose a connection is"));
            return;
        }
        ProcessPeers peers = new ProcessPeers(cluster::brokerPids);
        for (int broker : cluster.brokerIds()) {
            put("broker-" + broker, cluster.clientPort(broker), peers);
            put("broker-" + broker, cluster.internalPort(broker), peers);
        }
        for (int server : cluster.zooKeeperIds()) {
            put("zk-" + server, cluster.zooKeeperPort(server), peers);
        }
    }

    private void put(String place, int port, ProcessPeers peers) throws IOException {
        proxies.put(port, LinkProxy.open(place, port, peers, links));
    }

    private void setUpDisks() throws IOException, InterruptedException {
        Optional<String> whyNot = DiskImage.whyNot();
        if (whyNot.isPresent()) {
            OF_DISKS.forEach(kind -> missing.put(kind, whyNot.get()));
            return;
        }
        for (int broker : cluster.brokerIds()) {
            Path image = cluster.root().resolve("disk-" + broker + ".img");
            disks.put(broker, DiskImage.create(image, cluster.dataDirectory(broker)));
        }
    }

    /** What members and clients are told in place of a port. */
    int toldPort(int port) {
        LinkProxy proxy = proxies.get(port);
        return proxy == null ? port : proxy.listenPort();
    }

    /** What a broker finds in its environment. */
    Map<String, String> environment(int broker) {
        try {
            return clocks == null ? Map.of() : clocks.environment(broker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FaultKit kit(LocalProcesses started) {
        Map<FaultKind, Injector> injectors = new EnumMap<>(FaultKind.class);
        injectors.putAll(new ProcessFaults(started).injectors());
        injectors.putAll(
                new LinkFaults(links, names("broker-", cluster.brokerIds()), names("zk-", cluster.zooKeeperIds()))
                        .injectors());
        injectors.putAll(new DiskFaults(started, disks).injectors());
        if (clocks != null) {
            injectors.put(FaultKind.CLOCK, clocks.injector());
        }
        injectors.keySet().removeAll(missing.keySet());
        return new FaultKit(injectors, missing);
    }

    private static List<String> names(String prefix, Collection<Integer> numbers) {
        return numbers.stream().map(number -> prefix + number).toList();
    }

    /** Before members are ended: who waits for a disk that stands still cannot be. */
    void release() throws IOException {
        each(disks.values(), DiskImage::retire);
    }

    /** After all members have ended. */
    @Override
    public void close() throws IOException {
        for (LinkProxy proxy : proxies.values()) {
            proxy.close();
        }
        each(disks.values(), DiskImage::retireAndUnmount);
    }

    private interface Work<T> {
        void on(T one) throws IOException, InterruptedException;
    }

    /** All of them, whatever happens with one; an interrupt is seen to afterwards. */
    private static <T> void each(Collection<T> all, Work<T> work) throws IOException {
        List<IOException> failures = new ArrayList<>();
        boolean isInterrupted = Thread.interrupted();
        for (T one : all) {
            try {
                work.on(one);
            } catch (IOException e) {
                failures.add(e);
            } catch (InterruptedException e) {
                isInterrupted = true;
                failures.add(new IOException("interrupted while tidying up", e));
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }
}
