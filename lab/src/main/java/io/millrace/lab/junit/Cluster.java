package io.millrace.lab.junit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Brokers and a ZooKeeper server in this process, and what can be done to them. Brokers have the ids 1, 2, ….
 *
 * <p>Faults fall at once and are over when somebody ends them: {@link #heal}, {@link #resume}, {@link #start}. Any thread
 * may call; calls wait for one another.
 *
 * <p>What faults within one process cannot show, and {@code millrace lab} with its real processes can:
 *
 * <ul>
 *   <li>A killed broker's connections are reset and its ZooKeeper session is left to time out, but its threads end in
 *       order: a batch that a thread has begun with is still written. So nothing is ever torn, and what was written and
 *       not synced is still there. Neither a crash in the middle of a write nor a power cut is seen.
 *   <li>A paused broker's threads stand between two tasks, not in the middle of one; the timers of its network and
 *       ZooKeeper libraries run on, although nothing gets in or out.
 *   <li>A cut connection stands still and goes on after {@link #heal}; new ones are accepted by this machine's kernel and
 *       get no answer. A real network may also tell that a host cannot be reached.
 *   <li>All share one clock, one heap, one garbage collector, one disk and the processors: clocks that differ, a pause of
 *       one JVM alone, a full disk of one broker are not seen, and figures taken here say little.
 * </ul>
 */
public final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FaultHistory history = new FaultHistory();
    private final Path directory;
    private final Links links = new Links();
    private final SortedMap<Integer, Member> members = new TreeMap<>();
    private final List<AutoCloseable> parts = new ArrayList<>(List.of(links));
    private final ClusterState state;

    private Cluster(int brokers) throws IOException, InterruptedException {
        directory = Files.createTempDirectory("millrace-");
        try {
            EmbeddedZooKeeper zooKeeper =
                    new EmbeddedZooKeeper(Files.createDirectories(directory.resolve("zookeeper")));
            parts.add(0, zooKeeper);
            state = new ClusterState(zooKeeper.port());
            parts.add(0, state);
            for (int id = 1; id <= brokers; id++) {
                members.put(id, new Member(id, directory.resolve("broker-" + id), zooKeeper.port(), links, history));
            }
            startAll();
        } catch (IOException | InterruptedException | RuntimeException failed) {
            closeAfter(failed);
            throw failed;
        }
    }

    private void closeAfter(Exception failed) {
        try {
            close();
        } catch (RuntimeException too) {
            failed.addSuppressed(too);
        }
    }

    /**
     * Starts one; returns when every broker knows all the others and the controller. The extension does this for tests that
     * carry {@link MillraceCluster}.
     */
    public static Cluster open(int brokers) throws IOException, InterruptedException {
        if (brokers < 1) {
            throw new IllegalArgumentException("A cluster has at least one broker, not " + brokers);
        }
        return new Cluster(brokers);
    }

    private void startAll() throws InterruptedException {
        onEach(Member::start);
        state.awaitEveryoneKnown(members.values(), PATIENCE);
        history.add(members.size() + " brokers are ready, data in " + directory);
    }

    /** The ids of all brokers, running or not. */
    public List<Integer> brokerIds() {
        return List.copyOf(members.keySet());
    }

    /** What a client's {@code bootstrap} takes: every broker that runs, paused and isolated ones too. */
    public synchronized String bootstrap() {
        return members.values().stream()
                .filter(Member::isRunning)
                .map(Member::endpoint)
                .collect(Collectors.joining(","));
    }

    /** Where a broker keeps its logs until the cluster is closed. */
    public Path dataDirectory(int broker) {
        member(broker);
        return directory.resolve("broker-" + broker).resolve("data");
    }

    /**
     * Ends a broker with no orderly stop: connections are reset, its ports refuse, and ZooKeeper hears nothing until the
     * session times out. Returns when nobody can reach it. Nothing happens where it does not run.
     */
    public synchronized void kill(int broker) {
        history.add("kill " + broker);
        member(broker).kill();
    }

    /** Starts a broker that was killed, on the data that it had and on other ports; returns when it takes calls. */
    public synchronized void start(int broker) {
        Member member = member(broker);
        if (!member.isRunning()) {
            history.add("start " + broker);
            member.start();
        }
    }

    /** Lets a broker stand still with its connections open, as SIGSTOP does. Nothing happens where it does not run. */
    public synchronized void pause(int broker) {
        history.add("pause " + broker);
        member(broker).pause();
    }

    /** Lets a paused broker go on. */
    public synchronized void resume(int broker) {
        history.add("resume " + broker);
        member(broker).resume();
    }

    /** Cuts the connections between two brokers, both ways; clients and ZooKeeper reach both. */
    public synchronized void partition(int one, int other) {
        member(one);
        member(other);
        history.add("partition " + one + " | " + other);
        links.partition(one, other);
    }

    /** Cuts a broker off from everybody: other brokers, ZooKeeper and clients. */
    public synchronized void isolate(int broker) {
        member(broker);
        history.add("isolate " + broker);
        links.isolate(broker);
    }

    /** Ends every {@link #partition} and {@link #isolate}; what waited on the cut connections arrives. */
    public synchronized void heal() {
        history.add("heal");
        links.heal();
    }

    /** Ends every fault: heals, resumes who is paused and starts who was killed. */
    public synchronized void restore() {
        heal();
        members.values().forEach(Member::resume);
        members.keySet().forEach(this::start);
    }

    /**
     * The broker that leads a partition as ZooKeeper has it at this moment, -1 where none does. Brokers and clients hear of
     * a change a little later.
     *
     * @throws IllegalArgumentException where there is no such partition
     */
    public int leaderOf(String topic, int partition) {
        return state.leaderOf(topic, partition);
    }

    /**
     * Returns when every partition of every topic has a leader and all its replicas in sync.
     *
     * @throws IllegalStateException where that takes longer than 30 s; it names a partition that is not, and the faults
     */
    public void awaitInSync() throws InterruptedException {
        if (!state.awaitInSync(PATIENCE)) {
            throw new IllegalStateException("Not in sync after " + PATIENCE.toSeconds() + " s: " + state.outOfSync()
                    + "\n" + String.join("\n", history()));
        }
    }

    /** A partition that {@link #awaitInSync} would wait for, with its state. */
    Optional<String> outOfSync() {
        return state.outOfSync();
    }

    /** What was done to this cluster, oldest first, with seconds since its start. */
    public List<String> history() {
        return history.lines();
    }

    /** Ends everything and removes the data; where a part cannot be ended, the others are nevertheless. */
    @Override
    public synchronized void close() {
        List<AutoCloseable> all = new ArrayList<>(parts);
        all.add(0, () -> onEach(Member::close));
        all.add(this::removeData);
        Every.step(all);
    }

    /** All at the same time: each waits for ZooKeeper and for the disk most of its time. */
    private void onEach(Consumer<Member> task) {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, members.size()));
        try {
            Every.step(members.values().stream()
                    .map(member -> CompletableFuture.runAsync(() -> task.accept(member), threads))
                    .<AutoCloseable>map(end -> end::join)
                    .toList());
        } finally {
            threads.shutdown();
        }
    }

    private void removeData() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException kept) {
            throw new IllegalStateException("The data in " + directory + " could not be removed", kept);
        }
    }

    private Member member(int broker) {
        Member member = members.get(broker);
        if (member == null) {
            throw new IllegalArgumentException("There is no broker " + broker + ", only " + brokerIds());
        }
        return member;
    }
}
