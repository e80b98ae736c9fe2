package io.millrace.broker.log;

import io.millrace.broker.core.TopicPartition;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/**
 * An empty file beside a log's directory: there has been such a log. It tells a log that somebody has removed from one
 * that this broker was killed before it could make.
 */
final class LogMark {
    private static final String SUFFIX = ".made";

    private LogMark() {}

    /** Durable on return. Only once the log itself is: a mark without a log says that one is missing. */
    static void put(Disk disk, TopicPartition partition) throws IOException {
        if (!isThere(disk, partition)) {
            disk.create(partition + SUFFIX).close();
            disk.syncDirectory(Disk.ROOT);
        }
    }

    static boolean isThere(Disk disk, TopicPartition partition) throws IOException {
        try (DiskFile mark = disk.openForReading(partition + SUFFIX)) {
            return mark.sizeBytes() >= 0;
        } catch (NoSuchFileException absent) {
            return false;
        }
    }

    static void remove(Disk disk, TopicPartition partition) throws IOException {
        if (isThere(disk, partition)) {
            disk.delete(partition + SUFFIX);
            disk.syncDirectory(Disk.ROOT);
        }
    }
}
