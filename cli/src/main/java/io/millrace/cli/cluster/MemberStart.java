package io.millrace.cli.cluster;

import io.millrace.cli.shell.CommandFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One attempt to start members: all that are awaited become ready, or those that were started are stopped again. */
final class MemberStart {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final long POLL_MS = 100;

    private final ClusterDirectory directory;
    private final MemberSetting setting;
    private final ServerCommandLine commandLine;
    private final ClassPath classPath;
    private final List<Member> awaited;
    private final Map<Member, Started> started = new LinkedHashMap<>();
    private ClusterState state;

    private record Started(Process process, LogTail output) {}

    /** Awaits these; an awaited broker has to see all the other ones. */
    MemberStart(ClusterDirectory directory, MemberSetting setting, ClusterState state, List<Member> awaited)
            throws IOException {
        this.directory = directory;
        this.setting = setting;
        this.state = state;
        this.awaited = awaited;
        this.commandLine = new ServerCommandLine(directory, state.layout());
        this.classPath = ClassPath.copyInto(directory.classPaths(), System.getProperty("java.class.path"));
    }

    /** Starts these, ZooKeeper first, which brokers need. */
    ClusterState start(List<Member> missing) throws IOException, InterruptedException {
        try {
            for (Member.Kind kind : Member.Kind.values()) {
                for (Member member : missing) {
                    if (member.kind() == kind) {
                        startOne(member);
                    }
                }
                awaitReady(kind);
            }
            return state;
        } catch (CommandFailure | IOException e) {
            takeBack();
            throw e;
        }
    }

    private void startOne(Member member) throws IOException {
        if (member.isBroker()) {
            BrokerConfigFile.write(directory, state.layout(), setting, member);
        }
        LogTail output = LogTail.startingNow(directory.log(member));
        Process process = DetachedProcess.start(
                commandLine.of(member, classPath),
                setting.environment().apply(member),
                directory.root(),
                directory.log(member));
        started.put(member, new Started(process, output));
        // At once: a command that is interrupted must not leave a process behind that nobody knows.
        state = state.with(
                member,
                RecordedProcess.of(process.toHandle(), classPath.directory().toString()));
        directory.save(state);
    }

    private void awaitReady(Member.Kind kind) throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + DEADLINE.toNanos();
        Deque<Member> waiting = new ArrayDeque<>(awaited(kind));
        try (Readiness readiness = new Readiness(state.layout(), awaited(Member.Kind.BROKER))) {
            while (!waiting.isEmpty()) {
                Optional<String> problem = readiness.whyNot(waiting.element());
                if (problem.isEmpty()) {
                    waiting.remove();
                } else {
                    failIfOneEnded(kind);
                    failIfLate(waiting.element(), problem.get(), deadlineNs);
                    Thread.sleep(POLL_MS);
                }
            }
        }
    }

    /** Looks at all of them: the one that is asked may wait in vain for the one that ended. */
    private void failIfOneEnded(Member.Kind kind) throws IOException {
        for (Member member : awaited(kind)) {
            Started attempt = started.get(member);
            if (attempt != null && !attempt.process().isAlive()) {
                int exitCode = attempt.process().exitValue();
                throw failure(member, " ended while it started, with exit code " + exitCode);
            }
        }
    }

    private void failIfLate(Member member, String problem, long deadlineNs) throws IOException {
        if (System.nanoTime() - deadlineNs > 0) {
            throw failure(member, " is not ready after " + DEADLINE.toSeconds() + " s: " + problem);
        }
    }

    private List<Member> awaited(Member.Kind kind) {
        return awaited.stream().filter(member -> member.kind() == kind).toList();
    }

    private CommandFailure failure(Member member, String what) throws IOException {
        StringBuilder cause = new StringBuilder(member.name()).append(what);
        Started attempt = started.get(member);
        if (attempt != null) {
            attempt.output().lines().forEach(line -> cause.append("\n  ").append(line));
        }
        return CommandFailure.failed(
                cause.toString(), "Its whole log is " + directory.log(member) + "; what was started is stopped again.");
    }

    private void takeBack() throws IOException, InterruptedException {
        List<Member> newestFirst = new ArrayList<>(started.keySet());
        Collections.reverse(newestFirst);
        MemberStop.stop(state, newestFirst);
        for (Member member : newestFirst) {
            state = state.without(member);
        }
        directory.save(state);
    }
}
