package io.millrace.cli.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Marks a directory as that of a run that lives: where a mark is found that nobody holds, its run has died. */
final class RunMark implements AutoCloseable {
    /** What temporary directories of runs begin with. */
    static final String PREFIX = "millrace-lab-";

    private static final String NAME = "run.lock";

    private final Path file;
    private final FileChannel channel;

    private RunMark(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static RunMark in(Path root) throws IOException {
        Path file = root.resolve(NAME);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.lock();
        return new RunMark(file, channel);
    }

    /** What of the run lies elsewhere: whoever removes what it left, once it has died, removes that too. */
    void note(Path outside) throws IOException {
        channel.write(ByteBuffer.wrap((outside.toAbsolutePath() + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** The directories among those of temporary runs whose run died before it had tidied up. */
    static List<Path> dead(Path parent) throws IOException {
        List<Path> dead = new ArrayList<>();
        try (DirectoryStream<Path> roots = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path root : roots) {
                if (isDead(root)) {
                    dead.add(root);
                }
            }
        }
        return dead;
    }

    static boolean isDead(Path root) throws IOException {
        Path file = root.resolve(NAME);
        if (!Files.isWritable(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // It lives, in this very process.
            return false;
        }
    }

    /** What a person types to be rid of a dead run. */
    static String removal(Path root) {
        return "for d in " + root + "/broker-*/data; do fsfreeze -u \"$d\"; done 2>/dev/null;"
                + " millrace cluster down --dir " + root + "; umount -q " + root + "/broker-*/data; rm -r " + root
                + outside(root);
    }

    private static String outside(Path root) {
        try {
            return Files.readAllLines(root.resolve(NAME)).stream()
                    .map(line -> " " + line)
                    .collect(Collectors.joining());
        } catch (IOException e) {
            // The rest of the line is worth having without it.
            return "";
        }
    }

    /** The run has tidied up. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
    }
}
