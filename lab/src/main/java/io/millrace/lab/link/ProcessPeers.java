package io.millrace.lab.link;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Finds the process behind a connection: by the tables of sockets and of open files that Linux shows. */
public final class ProcessPeers implements Peers {
    private static final Path PROC = Path.of("/proc");
    // Columns of /proc/net/tcp.
    private static final int LOCAL_ADDRESS = 1;
    private static final int INODE = 9;

    private final Processes processes;

    /** Knows who lives. */
    @FunctionalInterface
    public interface Processes {
        /** The ids of the processes that live now, by their names. */
        Map<String, Long> pids() throws IOException;
    }

    public ProcessPeers(Processes processes) {
        this.processes = processes;
    }

    /** Whether this system shows what is needed. */
    public static boolean isPossible() {
        return Files.isReadable(PROC.resolve("net/tcp")) && Files.isDirectory(PROC.resolve("self/fd"));
    }

    @Override
    public String at(int port) throws IOException {
        for (String table : new String[] {"net/tcp", "net/tcp6"}) {
            Optional<String> socket = socket(PROC.resolve(table), port);
            if (socket.isPresent()) {
                return owner(socket.get());
            }
        }
        return LinkMap.ELSEWHERE;
    }

    private static Optional<String> socket(Path table, int port) throws IOException {
        if (!Files.exists(table)) {
            return Optional.empty();
        }
        String ending = String.format(":%04X", port);
        try (var lines = Files.lines(table)) {
            return lines.skip(1)
                    .map(line -> line.trim().split("\\s+", -1))
                    .filter(columns -> columns[LOCAL_ADDRESS].endsWith(ending) && !columns[INODE].equals("0"))
                    .map(columns -> "socket:[" + columns[INODE] + "]")
                    .findFirst();
        }
    }

    private String owner(String socket) throws IOException {
        for (Map.Entry<String, Long> process : processes.pids().entrySet()) {
            if (holds(process.getValue(), socket)) {
                return process.getKey();
            }
        }
        return LinkMap.ELSEWHERE;
    }

    private static boolean holds(long pid, String socket) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
            for (Path file : files) {
                if (target(file).equals(socket)) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException e) {
            // It has ended meanwhile.
            return false;
        }
    }

    private static String target(Path file) throws IOException {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (NoSuchFileException e) {
            // Closed meanwhile.
            return "";
        }
    }
}
