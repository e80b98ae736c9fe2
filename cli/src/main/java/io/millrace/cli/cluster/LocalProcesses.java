package io.millrace.cli.cluster;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.lab.run.ServerProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The processes of a cluster of this machine, for the laboratory. What it starts is recorded as ever. */
public final class LocalProcesses implements ServerProcesses {
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    private final ClusterDirectory directory;
    private final LocalCluster cluster;
    private final Layout layout;

    LocalProcesses(ClusterDirectory directory, LocalCluster cluster, Layout layout) {
        this.directory = directory;
        this.cluster = cluster;
        this.layout = layout;
    }

    static LocalProcesses of(ClusterDirectory directory) throws IOException {
        LocalCluster cluster = new LocalCluster(directory);
        return new LocalProcesses(
                directory,
                cluster,
                cluster.state().orElseThrow(cluster::noCluster).layout());
    }

    /** What clients are given to find the cluster. */
    public String bootstrap() {
        return layout.bootstrap();
    }

    /**
     * What a process has used.
     *
     * @param used processor time since it started, of user and system
     */
    public record ProcessCpu(long pid, Duration used) {}

    /** Of each running broker; missing where the system does not tell. */
    public SortedMap<Integer, ProcessCpu> brokerCpu() throws IOException {
        ClusterState state = state();
        SortedMap<Integer, ProcessCpu> cpu = new TreeMap<>();
        for (Member broker : layout.membersOf(Member.Kind.BROKER)) {
            state.find(broker)
                    .ifPresent(process -> process.info()
                            .totalCpuDuration()
                            .ifPresent(used -> cpu.put(broker.number(), new ProcessCpu(process.pid(), used))));
        }
        return cpu;
    }

    @Override
    public List<Integer> brokerIds() {
        return layout.membersOf(Member.Kind.BROKER).stream().map(Member::number).toList();
    }

    @Override
    public Path dataDirectory(int brokerId) {
        return directory.dataDir(Member.broker(brokerId));
    }

    @Override
    public Strike atBrokers(Set<Integer> ids, Blow blow) throws IOException {
        return at(brokers(ids), blow);
    }

    @Override
    public Strike atZooKeeper(Blow blow) throws IOException {
        return at(layout.membersOf(Member.Kind.ZOOKEEPER), blow);
    }

    @Override
    public List<Integer> zooKeeperIds() {
        return layout.membersOf(Member.Kind.ZOOKEEPER).stream()
                .map(Member::number)
                .toList();
    }

    @Override
    public Strike atZooKeeper(int id, Blow blow) throws IOException {
        return at(List.of(Member.zooKeeper(id)), blow);
    }

    @Override
    public void end(Set<Integer> ids) throws IOException {
        ClusterState state = state();
        brokers(ids).forEach(broker -> state.find(broker).ifPresent(ProcessHandle::destroyForcibly));
    }

    @Override
    public void startZooKeeper(int id) throws IOException, InterruptedException {
        Member server = Member.zooKeeper(id);
        awaitEnd(List.of(server));
        cluster.start(server);
    }

    @Override
    public void awaitEnd(Set<Integer> ids) throws IOException, InterruptedException {
        awaitEnd(brokers(ids));
    }

    private void awaitEnd(List<Member> members) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + END_LIMIT.toNanos();
        ClusterState state = state();
        for (Member member : members) {
            if (!MemberStop.awaitEnd(state, member, deadlineNs)) {
                throw CommandFailure.failed(
                        member.name() + " has not ended after " + END_LIMIT.toSeconds() + " s",
                        "Its log is " + directory.log(member) + ".");
            }
        }
    }

    @Override
    public void start(Set<Integer> ids) throws IOException, InterruptedException {
        cluster.start(brokers(ids));
    }

    @Override
    public void startZooKeeper() throws IOException, InterruptedException {
        cluster.start(layout.membersOf(Member.Kind.ZOOKEEPER));
    }

    private Strike at(List<Member> members, Blow blow) throws IOException {
        ClusterState state = state();
        List<ProcessHandle> targets = new ArrayList<>();
        for (Member member : members) {
            targets.add(state.find(member)
                    .orElseThrow(() -> CommandFailure.failed(
                            member.name() + " does not run, in the cluster of " + directory.root(),
                            "Start what is missing with `millrace cluster up`.")));
        }
        return () -> {
            for (ProcessHandle target : targets) {
                fall(target, blow);
            }
        };
    }

    /** Ending goes without a process of its own, so that it happens when it is said to. */
    private static void fall(ProcessHandle target, Blow blow) throws IOException, InterruptedException {
        boolean isDone = switch (blow) {
            case KILL -> target.destroyForcibly();
            case TERMINATE -> target.destroy();
            case PAUSE -> Signals.send("STOP", target);
            case RESUME -> Signals.send("CONT", target);
        };
        if (!isDone) {
            throw new IOException("the system refused " + blow + " for process " + target.pid());
        }
    }

    private ClusterState state() throws IOException {
        return cluster.state().orElseThrow(cluster::noCluster);
    }

    private static List<Member> brokers(Set<Integer> ids) {
        return ids.stream().sorted().map(Member::broker).toList();
    }
}
