package io.millrace.lab.roundtrip;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A file on disk with the positions of its lines; the lines themselves are read when they are asked for. */
public final class LineFile implements OriginalFile, AutoCloseable {
    private static final int SCAN_BYTES = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    // Entry n is where line n begins; one more entry says where the last line ends.
    private final long[] bounds;

    private LineFile(Path path, FileChannel channel, long[] bounds) {
        this.path = path;
        this.channel = channel;
        this.bounds = bounds;
    }

    /**
     * Opens a file and finds its lines.
     *
     * @throws IOException if it cannot be read, or is not a regular file: a pipe could not be read a second time
     */
    public static LineFile open(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString(), null, "no such file");
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException(path + ": not a regular file");
        }
        FileChannel channel = FileChannel.open(path);
        try {
            return new LineFile(path, channel, findLines(channel));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Opens all of them, or none. */
    public static List<LineFile> openAll(List<Path> paths) throws IOException {
        List<LineFile> files = new ArrayList<>();
        try {
            for (Path path : paths) {
                files.add(open(path));
            }
            return List.copyOf(files);
        } catch (IOException | RuntimeException e) {
            closeAll(files);
            throw e;
        }
    }

    /** Closes all of them. */
    public static void closeAll(List<LineFile> files) throws IOException {
        for (LineFile file : files) {
            file.close();
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public int lineCount() {
        return bounds.length - 1;
    }

    /** Its length when it was opened. */
    public long sizeInBytes() {
        return bounds[bounds.length - 1];
    }

    @Override
    public byte[] line(int line) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(bounds[line + 1] - bounds[line]));
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, bounds[line] + bytes.position()) < 0) {
                throw new EOFException(path + ": became shorter while it was read");
            }
        }
        return bytes.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static long[] findLines(FileChannel channel) throws IOException {
        long[] found = new long[1024];
        int lines = 0;
        long position = 0;
        ByteBuffer chunk = ByteBuffer.allocate(SCAN_BYTES);
        while (channel.read(chunk.clear(), position) >= 0) {
            chunk.flip();
            while (chunk.hasRemaining()) {
                position++;
                if (chunk.get() == '\n') {
                    found = lines + 2 > found.length ? Arrays.copyOf(found, found.length * 2) : found;
                    found[++lines] = position;
                }
            }
        }
        if (position > found[lines]) {
            found = Arrays.copyOf(found, lines + 2);
            found[++lines] = position;
        }
        return Arrays.copyOf(found, lines + 1);
    }
}
