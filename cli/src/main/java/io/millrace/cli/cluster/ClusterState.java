package io.millrace.cli.cluster;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is recorded about a local cluster.
 *
 * @param processes by the member's name; members that were stopped in order have none
 */
record ClusterState(Layout layout, Map<String, RecordedProcess> processes) {

    ClusterState {
        processes = Collections.unmodifiableMap(new TreeMap<>(processes));
    }

    /** A cluster of which nothing was started yet. */
    static ClusterState of(Layout layout) {
        return new ClusterState(layout, Map.of());
    }

    ClusterState with(Member member, RecordedProcess process) {
        Map<String, RecordedProcess> changed = new TreeMap<>(processes);
        changed.put(member.name(), process);
        return new ClusterState(layout, changed);
    }

    ClusterState without(Member member) {
        Map<String, RecordedProcess> changed = new TreeMap<>(processes);
        changed.remove(member.name());
        return new ClusterState(layout, changed);
    }

    /** The member's process, if it was recorded and still lives. */
    Optional<ProcessHandle> find(Member member) {
        return Optional.ofNullable(processes.get(member.name())).flatMap(RecordedProcess::find);
    }

    boolean isRunning(Member member) {
        return find(member).isPresent();
    }

    /** Whether it runs, and a signal keeps it stopped. */
    boolean isPaused(Member member) {
        RecordedProcess process = processes.get(member.name());
        return process != null && process.isPaused();
    }

    boolean isAnyRunning() {
        return layout.members().stream().anyMatch(this::isRunning);
    }

    /** Directories of jars that a living process runs from. */
    Set<String> classPathsInUse() {
        return processes.values().stream()
                .filter(process -> process.find().isPresent())
                .map(RecordedProcess::classPath)
                .collect(Collectors.toSet());
    }
}
