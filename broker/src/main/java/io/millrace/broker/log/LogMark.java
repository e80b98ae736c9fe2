package io.millrace.broker.log;

import io.millrace.broker.core.TopicPartition;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/**
 * An empty file of a log's name: there has been such a log. It tells a log that somebody has removed from one that this
 * broker was killed before it could make, and one whose recovery point is gone from one that never had any. In a directory
 * of their own, so that who removes a log by its name does not take its mark along.
 */
final class LogMark {
    private static final String DIRECTORY = "made";

    private LogMark() {}

    /** Durable on return. Only once the log itself is: a mark without a log says that one is missing. */
    static void put(Disk disk, TopicPartition partition) throws IOException {
        if (!isThere(disk, partition)) {
            disk.createDirectories(DIRECTORY);
            disk.syncDirectory(Disk.ROOT);
            disk.create(path(partition)).close();
            disk.syncDirectory(DIRECTORY);
        }
    }

    static boolean isThere(Disk disk, TopicPartition partition) throws IOException {
        try (DiskFile mark = disk.openForReading(path(partition))) {
            return mark.sizeBytes() >= 0;
        } catch (NoSuchFileException absent) {
            return false;
        }
    }

    static void remove(Disk disk, TopicPartition partition) throws IOException {
        if (isThere(disk, partition)) {
            disk.delete(path(partition));
            disk.syncDirectory(DIRECTORY);
        }
    }

    private static String path(TopicPartition partition) {
        return DIRECTORY + "/" + partition;
    }
}
