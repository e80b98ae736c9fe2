package io.millrace.broker.log;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The seam for files: all that the broker does to one data directory. Paths are relative to it, with {@code /} between
 * names, and {@link #ROOT} is the directory itself. Any thread.
 *
 * <p>What was created, renamed or deleted survives a power cut only after {@link #syncDirectory} of its directory; what was
 * written, only after {@link DiskFile#sync}.
 */
public interface Disk {
    String ROOT = "";

    /** For reading and writing, empty: what had the name is gone. */
    DiskFile create(String path) throws IOException;

    /**
     * For reading and writing.
     *
     * @throws java.nio.file.NoSuchFileException if it is absent
     */
    DiskFile open(String path) throws IOException;

    /**
     * For reading only, so that it needs no right to write.
     *
     * @throws java.nio.file.NoSuchFileException if it is absent
     */
    DiskFile openForReading(String path) throws IOException;

    /** With its parents; nothing happens where it exists. */
    void createDirectories(String path) throws IOException;

    /** Names (not paths) of what the directory holds, sorted; empty where there is no such directory. */
    List<String> list(String directory) throws IOException;

    /** Atomic; replaces a file that has the new name. */
    void rename(String from, String to) throws IOException;

    /** A file or an empty directory; nothing happens where it is absent. */
    void delete(String path) throws IOException;

    void syncDirectory(String directory) throws IOException;

    /** Bytes that this process may still write. */
    long freeBytes() throws IOException;

    /** A lock that ends with the process; empty where another one, or this one, holds it. Creates the file. */
    Optional<DiskLock> tryLock(String path) throws IOException;
}
