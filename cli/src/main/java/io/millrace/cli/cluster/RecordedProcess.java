package io.millrace.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A process that we started, so described that it cannot be taken for another one that has its pid now.
 *
 * @param startTimeMs when it started, in ms since the epoch
 * @param classPath the directory of the jars that it runs from; empty where it runs from others
 */
record RecordedProcess(long pid, long startTimeMs, String classPath) {
    // The system computes the start time from its boot time, which moves a little when the clock is set.
    private static final long TOLERANCE_MS = 2000;
    // Of /proc/<pid>/stat, counted from behind the process's name.
    private static final int STATE = 0;
    private static final int THREADS = 17;

    static RecordedProcess of(ProcessHandle process, String classPath) {
        return new RecordedProcess(process.pid(), startTimeMs(process).orElseGet(System::currentTimeMillis), classPath);
    }

    /** The process itself, if it lives and is the one that was recorded. */
    Optional<ProcessHandle> find() {
        // Alive comes last: a zombie that leaves the table before it is seen to be one is then gone for isAlive.
        return ProcessHandle.of(pid)
                .filter(this::isSame)
                .filter(p -> !isZombie())
                .filter(ProcessHandle::isAlive);
    }

    private boolean isSame(ProcessHandle process) {
        Optional<Long> started = startTimeMs(process);
        return started.isPresent() && Math.abs(started.get() - startTimeMs) <= TOLERANCE_MS;
    }

    private static Optional<Long> startTimeMs(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli);
    }

    /**
     * In a container whose first process collects no orphans, an ended process stays in the table for good. One whose
     * first thread has ended and others not is still ending: it holds its ports and files.
     */
    private boolean isZombie() {
        return stat().filter(fields -> fields.get(STATE).equals("Z") && Integer.parseInt(fields.get(THREADS)) <= 1)
                .isPresent();
    }

    /** Whether a signal keeps it stopped; false where the system has no way to tell. */
    boolean isPaused() {
        return find().isPresent()
                && stat().filter(fields -> fields.get(STATE).equals("T")).isPresent();
    }

    /** Empty where there is no such file system, or the process is gone this moment. */
    private Optional<List<String>> stat() {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The name before it may hold anything, spaces and parentheses too.
            return Optional.of(List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
