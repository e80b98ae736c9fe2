package io.millrace.lab.history;

import java.nio.file.Path;
import java.util.List;

/** Where events stand: a file and a line in one number, since a checker keeps millions of them. */
public final class Places {

    /** Nowhere. */
    public static final long NONE = 0;

    private static final int FILE_SHIFT = 48;

    private final List<Path> files;

    public Places(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /**
     * A place in one number.
     *
     * @param line counted from 1
     */
    public static long of(int file, long line) {
        return (long) file << FILE_SHIFT | line;
    }

    /** From 1 on; 0 for {@link #NONE}. */
    public static long line(long place) {
        return place & ((1L << FILE_SHIFT) - 1);
    }

    /** "line 12", or "run.jsonl:12" where there are several files. */
    public String inWords(long place) {
        Path file = files.size() < 2
                ? null
                : files.get((int) (place >>> FILE_SHIFT)).getFileName();
        return file == null ? "line " + line(place) : file + ":" + line(place);
    }
}
