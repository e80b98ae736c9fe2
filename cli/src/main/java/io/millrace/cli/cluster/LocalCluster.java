package io.millrace.cli.cluster;

import io.millrace.cli.shell.CommandFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Brings the processes of one directory up and down. Holds the directory's lock while it changes something. */
final class LocalCluster {
    private static final Duration AFTER_SIGNAL = Duration.ofSeconds(20);
    // Where the system cannot tell whether a process is paused, this passes in vain.
    private static final Duration AFTER_PAUSE = Duration.ofSeconds(1);
    private static final long POLL_MS = 5;

    private final ClusterDirectory directory;
    private final MemberSetting setting;

    LocalCluster(ClusterDirectory directory) {
        this(directory, MemberSetting.PLAIN);
    }

    LocalCluster(ClusterDirectory directory, MemberSetting setting) {
        this.directory = directory;
        this.setting = setting;
    }

    /** What {@code up} did: the state now, and which members it had to start. */
    record Up(ClusterState state, List<Member> started) {}

    /** What {@code down} did: who ran, and who of them had to be killed. */
    record Down(List<Member> stopped, List<Member> killed) {}

    /** Starts what does not run and waits until everything is ready. */
    Up up(LayoutRequest request) throws IOException, InterruptedException {
        return directory.whileLocked(() -> {
            Optional<ClusterState> recorded = directory.load();
            Layout layout = request.resolve(recorded);
            ClusterState state = new ClusterState(
                    layout, recorded.map(ClusterState::processes).orElse(Map.of()));
            List<Member> missing = layout.members().stream()
                    .filter(member -> !state.isRunning(member))
                    .toList();
            return new Up(start(state, missing, layout.members()), missing);
        });
    }

    /** Starts one member that does not run. */
    ClusterState start(Member member) throws IOException, InterruptedException {
        return start(List.of(member));
    }

    /** Starts members, one or more, that do not run; all of them at once. */
    ClusterState start(List<Member> members) throws IOException, InterruptedException {
        return directory.whileLocked(() -> {
            ClusterState state = recorded(members.get(0));
            for (Member member : members) {
                refuseRunning(recorded(member), member);
            }
            return start(state, members, members);
        });
    }

    private static void refuseRunning(ClusterState state, Member member) {
        if (state.isPaused(member)) {
            throw CommandFailure.failed(
                    member.name() + " is paused, not stopped", "Let it go on with `millrace cluster resume`.");
        }
        if (state.isRunning(member)) {
            throw CommandFailure.failed(member.name() + " runs already", "");
        }
    }

    /** Ends everything that is recorded and still runs: brokers first, they say goodbye to ZooKeeper. */
    Down down() throws IOException, InterruptedException {
        return directory.whileLocked(() -> {
            Optional<ClusterState> recorded = directory.load();
            if (recorded.isEmpty()) {
                return new Down(List.of(), List.of());
            }
            ClusterState state = recorded.get();
            List<Member> running =
                    state.layout().members().stream().filter(state::isRunning).toList();
            List<Member> killed =
                    new ArrayList<>(MemberStop.stop(state, state.layout().membersOf(Member.Kind.BROKER)));
            killed.addAll(MemberStop.stop(state, state.layout().membersOf(Member.Kind.ZOOKEEPER)));
            directory.save(ClusterState.of(state.layout()));
            return new Down(running, killed);
        });
    }

    /**
     * Sends a signal to one member; returns whether it has ended. Takes no lock: a member may be killed while another
     * command starts one.
     *
     * @param signal a name such as KILL or STOP
     */
    boolean kill(Member member, String signal) throws IOException, InterruptedException {
        ClusterState state = recorded(member);
        ProcessHandle process = state.find(member)
                .orElseThrow(() -> CommandFailure.failed(
                        member.name() + " does not run, in the cluster of " + directory.root(),
                        "See `millrace cluster status` for what does."));
        if (!Signals.send(signal, process)) {
            throw CommandFailure.usage("this system does not take the signal " + signal, "Try KILL, TERM, STOP, CONT.");
        }
        long waitNs = Signals.isMeantToEnd(signal) ? AFTER_SIGNAL.toNanos() : 0;
        return MemberStop.awaitEnd(state, member, System.nanoTime() + waitNs);
    }

    /** Stops a member's process where it is; returns once it stands still. Takes no lock, as {@link #kill} does. */
    void pause(Member member) throws IOException, InterruptedException {
        signal(member, "STOP", true);
    }

    /** Lets a paused member go on; one that is not paused just goes on. */
    void resume(Member member) throws IOException, InterruptedException {
        signal(member, "CONT", false);
    }

    private void signal(Member member, String signal, boolean isPausedAfterwards)
            throws IOException, InterruptedException {
        kill(member, signal);
        ClusterState state = recorded(member);
        long deadlineNs = System.nanoTime() + AFTER_PAUSE.toNanos();
        while (state.isPaused(member) != isPausedAfterwards && System.nanoTime() - deadlineNs < 0) {
            Thread.sleep(POLL_MS);
        }
    }

    /** What is recorded here; empty where no cluster was ever started. */
    Optional<ClusterState> state() throws IOException {
        return directory.load();
    }

    private ClusterState recorded(Member member) throws IOException {
        ClusterState state = directory.load().orElseThrow(this::noCluster);
        if (!state.layout().has(member)) {
            throw CommandFailure.usage(
                    "the cluster in " + directory.root() + " has no " + member.name(),
                    "See `millrace cluster status` for its members.");
        }
        return state;
    }

    CommandFailure noCluster() {
        return CommandFailure.failed(
                "no cluster was started in " + directory.root(),
                "Start one with `millrace cluster up`, or name its directory with --dir.");
    }

    private ClusterState start(ClusterState state, List<Member> missing, List<Member> awaited)
            throws IOException, InterruptedException {
        refuseTakenPorts(state.layout(), missing);
        ClusterState ready = new MemberStart(directory, setting, state, awaited).start(missing);
        ClassPath.removeUnused(directory.classPaths(), ready.classPathsInUse());
        return ready;
    }

    private static void refuseTakenPorts(Layout layout, List<Member> missing) {
        Map<String, Integer> wanted = new LinkedHashMap<>();
        missing.forEach(member -> wanted.putAll(layout.ports(member)));
        Map<String, Integer> taken = Ports.taken(wanted);
        if (!taken.isEmpty()) {
            throw CommandFailure.failed(
                    "in use already: "
                            + taken.entrySet().stream()
                                    .map(port -> "port " + port.getValue() + " (" + port.getKey() + ")")
                                    .collect(Collectors.joining(", ")),
                    "Stop what listens there (`millrace cluster down --dir DIR`, if it is a cluster of another"
                            + " directory), or choose other ports with --base-port.");
        }
    }
}
