package io.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Another disk, with a record of the writes and syncs that are under way: a disk that stands still says nothing of it. */
public final class WatchedDisk implements Disk {
    private final Disk disk;
    private final OngoingWrites writes;

    public WatchedDisk(Disk disk, OngoingWrites writes) {
        this.disk = disk;
        this.writes = writes;
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private interface VoidStep {
        void run() throws IOException;
    }

    private static <T> T watched(OngoingWrites writes, Step<T> step) throws IOException {
        int place = writes.begin();
        try {
            return step.run();
        } finally {
            writes.end(place);
        }
    }

    private static void watch(OngoingWrites writes, VoidStep step) throws IOException {
        int place = writes.begin();
        try {
            step.run();
        } finally {
            writes.end(place);
        }
    }

    @Override
    public DiskFile create(String path) throws IOException {
        return new WatchedFile(watched(writes, () -> disk.create(path)), writes);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return new WatchedFile(disk.open(path), writes);
    }

    @Override
    public DiskFile openForReading(String path) throws IOException {
        return disk.openForReading(path);
    }

    @Override
    public void createDirectories(String path) throws IOException {
        watch(writes, () -> disk.createDirectories(path));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        watch(writes, () -> disk.rename(from, to));
    }

    @Override
    public void delete(String path) throws IOException {
        watch(writes, () -> disk.delete(path));
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        watch(writes, () -> disk.syncDirectory(directory));
    }

    @Override
    public long freeBytes() throws IOException {
        return disk.freeBytes();
    }

    @Override
    public Optional<DiskLock> tryLock(String path) throws IOException {
        return disk.tryLock(path);
    }

    private record WatchedFile(DiskFile file, OngoingWrites writes) implements DiskFile {
        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            return file.read(dst, position);
        }

        @Override
        public void write(ByteBuffer src, long position) throws IOException {
            watch(writes, () -> file.write(src, position));
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            watch(writes, () -> file.truncate(sizeBytes));
        }

        @Override
        public void sync() throws IOException {
            watch(writes, file::sync);
        }

        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
