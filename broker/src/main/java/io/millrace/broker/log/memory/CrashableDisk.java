package io.millrace.broker.log.memory;

import io.millrace.broker.log.Disk;
import io.millrace.broker.log.DiskFile;
import io.millrace.broker.log.DiskLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A disk in memory that can lose power. What was not synced then survives by chance: each write whole, torn or not at
 * all, in no order; each change of a directory's entry or not. Writes and syncs can be made to fail, and are counted.
 */
public final class CrashableDisk implements Disk {
    private final TreeMap<String, Content> entries = new TreeMap<>();
    private final TreeMap<String, Content> durableEntries = new TreeMap<>();
    private final TreeSet<String> directories = new TreeSet<>();
    private final Set<String> locks = new HashSet<>();
    private final List<String> syncs = new ArrayList<>();
    private Consumer<String> beforeSync = path -> {};
    private String failingSync = "nothing";
    private int bytesBeforeWriteFails = Integer.MAX_VALUE;

    /** Called with the path, on the thread that syncs, before each sync of a file; may block. */
    public synchronized void beforeSync(Consumer<String> hook) {
        beforeSync = hook;
    }

    /** From now on each sync of a file whose path ends so fails. */
    public synchronized void failSyncsOf(String pathEnd) {
        failingSync = pathEnd;
    }

    /** Runs out of space: so many more bytes are free and can be written, then writes fail. */
    public synchronized void failWritesAfter(int bytes) {
        bytesBeforeWriteFails = bytes;
    }

    public synchronized void healWrites() {
        bytesBeforeWriteFails = Integer.MAX_VALUE;
    }

    /** Paths of the files that were synced, in order. */
    public synchronized List<String> syncs() {
        return List.copyOf(syncs);
    }

    /** As the disk of a process that was killed: nothing is lost but the locks, and nothing became more durable by it. */
    public synchronized CrashableDisk afterKill() {
        CrashableDisk copy = new CrashableDisk();
        copy.directories.addAll(directories);
        Map<Content, Content> copies = new HashMap<>();
        entries.forEach((path, content) -> copy.entries.put(path, copies.computeIfAbsent(content, Content::copy)));
        durableEntries.forEach(
                (path, content) -> copy.durableEntries.put(path, copies.computeIfAbsent(content, Content::copy)));
        return copy;
    }

    /** As the disk of a machine that lost power. */
    public synchronized CrashableDisk afterPowerCut(Random random) {
        CrashableDisk copy = new CrashableDisk();
        copy.directories.addAll(directories);
        TreeSet<String> paths = new TreeSet<>(entries.keySet());
        paths.addAll(durableEntries.keySet());
        for (String path : paths) {
            Content now = entries.get(path);
            Content before = durableEntries.get(path);
            Content survivor = now == before || random.nextBoolean() ? now : before;
            if (survivor != null) {
                copy.put(path, survivor.afterPowerCut(random));
            }
        }
        return copy;
    }

    public synchronized byte[] bytes(String path) {
        Content content = entries.get(path);
        if (content == null) {
            throw new IllegalArgumentException("no file " + path + " in " + entries.keySet());
        }
        return content.current();
    }

    /** Puts a file there, or replaces it, durably. */
    public synchronized void put(String path, byte[] bytes) {
        Content content = new Content(bytes);
        entries.put(path, content);
        durableEntries.put(path, content);
    }

    /** A bit of what is on the disk is not what it was. */
    public synchronized void flipBit(String path, int bit) {
        Content content = entries.get(path);
        if (content == null || bit / 8 >= content.written.length) {
            throw new IllegalArgumentException("no bit " + bit + " in " + path);
        }
        content.flipBit(bit);
    }

    public synchronized Set<String> paths() {
        return new TreeSet<>(entries.keySet());
    }

    /** Only the first bytes are on the disk; what follows is readable, and a sync does not know that it has to write it. */
    public synchronized void loseAllButDurable(String path, int durableBytes) {
        Content content = entries.get(path);
        if (content != null) {
            content.durable = Arrays.copyOf(content.durable, durableBytes);
            content.syncWritesAll = false;
        }
    }

    @Override
    public synchronized DiskFile create(String path) throws IOException {
        Content content = new Content(new byte[0]);
        if (bytesBeforeWriteFails == 0) {
            throw new PlannedDiskFailure("no space left");
        }
        entries.put(path, content);
        return new OpenFile(path, content);
    }

    @Override
    public synchronized DiskFile open(String path) throws IOException {
        Content content = entries.get(path);
        if (content == null) {
            throw new NoSuchFileException(path);
        }
        return new OpenFile(path, content);
    }

    @Override
    public DiskFile openForReading(String path) throws IOException {
        return open(path);
    }

    @Override
    public synchronized void createDirectories(String path) {
        directories.add(path);
    }

    @Override
    public synchronized List<String> list(String directory) {
        TreeSet<String> names = new TreeSet<>();
        entries.keySet().forEach(path -> nameIn(directory, path).ifPresent(names::add));
        directories.forEach(path -> nameIn(directory, path).ifPresent(names::add));
        return List.copyOf(names);
    }

    private static Optional<String> nameIn(String directory, String path) {
        String prefix = directory.isEmpty() ? "" : directory + "/";
        if (!path.startsWith(prefix) || path.length() == prefix.length()) {
            return Optional.empty();
        }
        int end = path.indexOf('/', prefix.length());
        return Optional.of(path.substring(prefix.length(), end < 0 ? path.length() : end));
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        if (directories.remove(from)) {
            directories.add(to);
            for (String name : List.copyOf(entries.keySet())) {
                if (name.startsWith(from + "/")) {
                    move(name, to + name.substring(from.length()));
                }
            }
            return;
        }
        move(from, to);
    }

    private void move(String from, String to) throws IOException {
        Content content = entries.remove(from);
        if (content == null) {
            throw new NoSuchFileException(from);
        }
        entries.put(to, content);
    }

    @Override
    public synchronized void delete(String path) {
        entries.remove(path);
        directories.remove(path);
    }

    @Override
    public synchronized void syncDirectory(String directory) {
        durableEntries.keySet().removeIf(path -> isDirectlyIn(directory, path) && !entries.containsKey(path));
        entries.forEach((path, content) -> {
            if (isDirectlyIn(directory, path)) {
                durableEntries.put(path, content);
            }
        });
    }

    private static boolean isDirectlyIn(String directory, String path) {
        int slash = path.lastIndexOf('/');
        return (slash < 0 ? "" : path.substring(0, slash)).equals(directory);
    }

    @Override
    public synchronized long freeBytes() {
        return bytesBeforeWriteFails == Integer.MAX_VALUE ? 1L << 30 : bytesBeforeWriteFails;
    }

    @Override
    public synchronized Optional<DiskLock> tryLock(String path) {
        return locks.add(path) ? Optional.of(() -> unlock(path)) : Optional.empty();
    }

    private synchronized void unlock(String path) {
        locks.remove(path);
    }

    /** What one file holds, and what would be left of it. */
    private static final class Content {
        private byte[] durable;
        private byte[] written;
        private boolean syncWritesAll = true;
        private final List<Consumer<Content>> unsynced = new ArrayList<>();

        Content(byte[] durable) {
            this.durable = durable.clone();
            this.written = durable.clone();
        }

        byte[] current() {
            return written.clone();
        }

        Content copy() {
            Content copy = new Content(durable);
            copy.written = written.clone();
            copy.syncWritesAll = syncWritesAll;
            copy.unsynced.addAll(unsynced);
            return copy;
        }

        void write(long position, byte[] bytes) {
            int end = (int) position + bytes.length;
            written = end > written.length ? Arrays.copyOf(written, end) : written;
            System.arraycopy(bytes, 0, written, (int) position, bytes.length);
        }

        void flipBit(int bit) {
            written[bit / 8] ^= (byte) (1 << bit % 8);
            if (bit / 8 < durable.length) {
                durable[bit / 8] ^= (byte) (1 << bit % 8);
            }
        }

        void truncate(long size) {
            written = size < written.length ? Arrays.copyOf(written, (int) size) : written;
        }

        void onSynced(byte[] atCall, List<Consumer<Content>> covered) {
            if (syncWritesAll) {
                durable = atCall;
            } else {
                Content written = new Content(durable);
                covered.forEach(change -> change.accept(written));
                durable = written.current();
            }
            unsynced.removeAll(covered);
        }

        byte[] afterPowerCut(Random random) {
            Content left = new Content(durable);
            // A write further back in the file may reach the disk without the one before it.
            unsynced.forEach(change -> {
                if (random.nextInt(3) > 0) {
                    change.accept(left);
                }
            });
            boolean isTorn = left.written.length > durable.length && random.nextBoolean();
            left.truncate(
                    isTorn
                            ? left.written.length - random.nextInt(left.written.length - durable.length)
                            : left.written.length);
            return left.current();
        }
    }

    private final class OpenFile implements DiskFile {
        private final String path;
        private final Content content;

        OpenFile(String path, Content content) {
            this.path = path;
            this.content = content;
        }

        @Override
        public int read(ByteBuffer dst, long position) {
            synchronized (CrashableDisk.this) {
                int length = (int) Math.max(0, Math.min(dst.remaining(), content.written.length - position));
                dst.put(content.written, (int) Math.min(position, content.written.length), length);
                return length;
            }
        }

        @Override
        public void write(ByteBuffer src, long position) throws IOException {
            synchronized (CrashableDisk.this) {
                byte[] bytes = new byte[Math.min(src.remaining(), bytesBeforeWriteFails)];
                boolean isShort = bytes.length < src.remaining();
                src.get(bytes);
                if (bytesBeforeWriteFails != Integer.MAX_VALUE) {
                    bytesBeforeWriteFails -= bytes.length;
                }
                content.write(position, bytes);
                content.unsynced.add(left -> left.write(position, bytes));
                if (isShort) {
                    throw new PlannedDiskFailure("no space left");
                }
            }
        }

        @Override
        public void truncate(long sizeBytes) {
            synchronized (CrashableDisk.this) {
                content.truncate(sizeBytes);
                content.unsynced.add(left -> left.truncate(sizeBytes));
            }
        }

        @Override
        public void sync() throws IOException {
            byte[] atCall;
            List<Consumer<Content>> covered;
            Consumer<String> hook;
            synchronized (CrashableDisk.this) {
                atCall = content.current();
                covered = List.copyOf(content.unsynced);
                hook = beforeSync;
            }
            hook.accept(path);
            synchronized (CrashableDisk.this) {
                syncs.add(path);
                if (path.endsWith(failingSync)) {
                    throw new PlannedDiskFailure("sync failed");
                }
                content.onSynced(atCall, covered);
            }
        }

        @Override
        public long sizeBytes() {
            synchronized (CrashableDisk.this) {
                return content.written.length;
            }
        }

        @Override
        public void close() {}
    }
}
