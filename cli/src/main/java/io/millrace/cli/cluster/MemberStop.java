package io.millrace.cli.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ends members: politely, and by force those that do not go. */
final class MemberStop {
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final Duration AFTER_KILL = Duration.ofSeconds(5);
    private static final long POLL_MS = 20;

    private MemberStop() {}

    /** Ends these at the same time; returns the ones that had to be killed. What does not run is left alone. */
    static List<Member> stop(ClusterState state, List<Member> members) throws IOException, InterruptedException {
        Map<Member, ProcessHandle> running = new LinkedHashMap<>();
        members.forEach(member -> state.find(member).ifPresent(process -> running.put(member, process)));
        running.values().forEach(ProcessHandle::destroy);
        wake(state, running);
        long deadlineNs = System.nanoTime() + GRACE.toNanos();
        List<Member> killed = new ArrayList<>();
        for (Map.Entry<Member, ProcessHandle> entry : running.entrySet()) {
            if (!awaitEnd(state, entry.getKey(), deadlineNs)) {
                entry.getValue().destroyForcibly();
                awaitEnd(state, entry.getKey(), System.nanoTime() + AFTER_KILL.toNanos());
                killed.add(entry.getKey());
            }
        }
        return killed;
    }

    /** A paused process takes no notice of a request to end before it goes on. */
    private static void wake(ClusterState state, Map<Member, ProcessHandle> running)
            throws IOException, InterruptedException {
        for (Map.Entry<Member, ProcessHandle> entry : running.entrySet()) {
            if (state.isPaused(entry.getKey())) {
                Signals.send("CONT", entry.getValue());
            }
        }
    }

    /** Waits until a member has ended or the time has come; returns whether it has ended. */
    static boolean awaitEnd(ClusterState state, Member member, long deadlineNs) throws InterruptedException {
        while (state.isRunning(member)) {
            if (System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            Thread.sleep(POLL_MS);
        }
        return true;
    }
}
