package io.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Small files that are read and replaced as a whole. */
final class WholeFile {
    static final String TEMPORARY_SUFFIX = ".tmp";

    private WholeFile() {}

    /** After a crash the file has its old content or the new one; durable on return. */
    static void replace(Disk disk, String directory, String name, ByteBuffer content) throws IOException {
        String path = directory.isEmpty() ? name : directory + "/" + name;
        String temporary = path + TEMPORARY_SUFFIX;
        try (DiskFile file = disk.create(temporary)) {
            file.write(content, 0);
            file.sync();
        }
        disk.rename(temporary, path);
        disk.syncDirectory(directory);
    }

    /** Empty if there is no such file. */
    static Optional<ByteBuffer> read(Disk disk, String path) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(file.sizeBytes()));
            file.read(content, 0);
            return Optional.of(content.flip());
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }
}
