package io.millrace.cli.cluster;

import io.millrace.cli.shell.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * A cluster that lives no longer than the command that made it, in a directory and on ports of its own. First its place is
 * known, then it is started: whatever has to stand between its members can be put up meanwhile.
 */
public final class OwnCluster implements AutoCloseable {
    // Below the ports that systems give to outgoing connections.
    private static final int LOWEST_BASE = 10_000;
    private static final int HIGHEST_BASE = 31_000;
    private static final int ATTEMPTS = 100;

    private final ClusterDirectory directory;
    private final Layout layout;

    private OwnCluster(ClusterDirectory directory, Layout layout) {
        this.directory = directory;
        this.layout = layout;
    }

    /** Refuses a size that no local cluster can have. */
    public static void checkSize(int brokers, int zookeepers) {
        layout(LOWEST_BASE, brokers, zookeepers);
    }

    /** Chooses ports; starts nothing yet. Fails where the directory has a cluster, or something else, in it. */
    public static OwnCluster in(Path root, int brokers, int zookeepers) throws IOException {
        if (Files.exists(root) && !isEmpty(root)) {
            throw CommandFailure.usage(root + " is not empty", "Name a directory that is, or none.");
        }
        Files.createDirectories(root);
        for (int i = 0; i < ATTEMPTS; i++) {
            Layout layout = layout(ThreadLocalRandom.current().nextInt(LOWEST_BASE, HIGHEST_BASE), brokers, zookeepers);
            Map<String, Integer> wanted = new LinkedHashMap<>();
            layout.members().forEach(member -> wanted.putAll(layout.ports(member)));
            if (Ports.taken(wanted).isEmpty()) {
                return new OwnCluster(new ClusterDirectory(root), layout);
            }
        }
        throw CommandFailure.failed("no free ports were found for a cluster", "");
    }

    private static Layout layout(int basePort, int brokers, int zookeepers) {
        try {
            return new Layout(basePort, brokers, zookeepers);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()), "");
        }
    }

    private static boolean isEmpty(Path root) throws IOException {
        try (var entries = Files.list(root)) {
            return entries.findAny().isEmpty();
        }
    }

    public List<Integer> brokerIds() {
        return numbers(Member.Kind.BROKER);
    }

    public List<Integer> zooKeeperIds() {
        return numbers(Member.Kind.ZOOKEEPER);
    }

    private List<Integer> numbers(Member.Kind kind) {
        return layout.membersOf(kind).stream().map(Member::number).toList();
    }

    /** The processes of its brokers that run now, also while it starts, by names as in {@code broker-1}. */
    public Map<String, Long> brokerPids() throws IOException {
        Map<String, Long> pids = new LinkedHashMap<>();
        Optional<ClusterState> state = directory.load();
        for (Member broker : layout.membersOf(Member.Kind.BROKER)) {
            state.flatMap(known -> known.find(broker)).ifPresent(process -> pids.put(broker.name(), process.pid()));
        }
        return pids;
    }

    /** Where everything of it lies. */
    public Path root() {
        return directory.root();
    }

    /** Where a broker keeps, or will keep, its logs. */
    public Path dataDirectory(int brokerId) {
        return directory.dataDir(Member.broker(brokerId));
    }

    /** Where a broker listens for clients. */
    public int clientPort(int brokerId) {
        return layout.clientPort(Member.broker(brokerId));
    }

    /** Where a broker listens for the others. */
    public int internalPort(int brokerId) {
        return layout.internalPort(Member.broker(brokerId));
    }

    /** Where a server of the coordination service listens for brokers. */
    public int zooKeeperPort(int id) {
        return layout.clientPort(Member.zooKeeper(id));
    }

    /** What clients are given to find the cluster. */
    public String bootstrap(IntUnaryOperator toldPort) {
        return layout.bootstrap(toldPort);
    }

    /**
     * Starts all members and waits until they are ready.
     *
     * @param toldPort what clients and brokers are told in place of the port that a member listens on
     * @param environment of a broker, by its id
     */
    public LocalProcesses start(IntUnaryOperator toldPort, IntFunction<Map<String, String>> environment)
            throws IOException, InterruptedException {
        MemberSetting setting = new MemberSetting(
                toldPort, member -> member.isBroker() ? environment.apply(member.number()) : Map.of());
        LocalCluster cluster = new LocalCluster(directory, setting);
        cluster.up(new LayoutRequest(layout.basePort(), layout.brokers(), layout.zookeepers()));
        return new LocalProcesses(directory, cluster, layout);
    }

    /** Ends whatever runs, at once and in whatever state; the directory stays. */
    @Override
    public void close() throws IOException {
        try {
            Optional<ClusterState> state = directory.load();
            for (Member member : layout.members()) {
                // Nothing is handed over by a cluster that is over, and one that stands still would take its time.
                state.flatMap(known -> known.find(member)).ifPresent(ProcessHandle::destroyForcibly);
            }
            new LocalCluster(directory).down();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the cluster in " + directory.root() + " was stopped", e);
        }
    }
}
