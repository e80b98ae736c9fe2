package io.millrace.broker.log;

import io.millrace.broker.core.TopicPartition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** The one data directory of a broker: its identity, its lock, the clean-shutdown marker and the partition logs in it. */
public final class DataDirectory implements AutoCloseable {
    static final String META_FILE = "broker.meta";
    static final String CLEAN_SHUTDOWN_FILE = "clean-shutdown";

    private static final String LOCK_FILE = ".lock";
    private static final String DELETED_SUFFIX = ".deleted";
    private static final String BROKER_ID = "brokerId";
    private static final String DIRECTORY_ID = "directoryId";
    private static final String CLUSTER_ID = "clusterId";
    private static final String BROKER_EPOCH = "brokerEpoch";
    private static final String FIRST_BROKER_EPOCH = "firstBrokerEpoch";
    private static final String CONTROLLER_EPOCH = "controllerEpoch";

    /** A second of what a broker takes at its best, or so: who is further behind reads the page cache. */
    private static final long TAIL_BYTES = 32 << 20;

    private final TailBudget tails = new TailBudget(TAIL_BYTES);
    private final Disk disk;
    private final DiskLock lock;
    private final Map<String, String> meta;
    private final OptionalLong cleanShutdownEpoch;
    private final ConcurrentMap<TopicPartition, PartitionLog> logs = new ConcurrentHashMap<>();

    private DataDirectory(Disk disk, DiskLock lock, Map<String, String> meta, OptionalLong cleanShutdownEpoch) {
        this.disk = disk;
        this.lock = lock;
        this.meta = new ConcurrentHashMap<>(meta);
        this.cleanShutdownEpoch = cleanShutdownEpoch;
    }

    /**
     * Locks the directory, reads who it belongs to, and removes the clean-shutdown marker, durably, before any log can be
     * opened (R27). An empty directory becomes this broker's.
     *
     * @param newDirectoryId asked for an id if the directory has none yet
     * @throws DataDirectoryException if it is locked, belongs to another broker, has a newer format, or cannot be read
     */
    public static DataDirectory open(Disk disk, int brokerId, Supplier<String> newDirectoryId)
            throws DataDirectoryException {
        DiskLock lock = lock(disk);
        DataDirectory opened = null;
        try {
            Map<String, String> meta = readMeta(disk, brokerId, newDirectoryId);
            OptionalLong cleanShutdownEpoch = takeCleanShutdownMarker(disk);
            removeDeletedLogs(disk);
            opened = new DataDirectory(disk, lock, meta, cleanShutdownEpoch);
            return opened;
        } catch (IOException io) {
            throw new DataDirectoryException("the data directory cannot be used: " + io, io);
        } finally {
            if (opened == null) {
                unlock(lock);
            }
        }
    }

    /** Never changes once the directory was made. */
    public String directoryId() {
        return value(DIRECTORY_ID);
    }

    /** Empty until {@link #assignCluster}. */
    public Optional<String> clusterId() {
        return Optional.ofNullable(meta.get(CLUSTER_ID));
    }

    /**
     * Durable on return. Once assigned, only the same id may be assigned again.
     *
     * @param brokerEpoch of the process that assigns; remembered where it is the first one
     * @throws DataDirectoryException if the directory belongs to another cluster or cannot be written
     */
    public synchronized void assignCluster(String clusterId, long brokerEpoch) throws DataDirectoryException {
        Optional<String> assigned = clusterId();
        if (assigned.isPresent() && !assigned.get().equals(clusterId)) {
            throw new DataDirectoryException(
                    "the data directory belongs to cluster " + assigned.get() + ", not to " + clusterId);
        }
        if (assigned.isEmpty()) {
            putMeta(Map.of(CLUSTER_ID, clusterId, FIRST_BROKER_EPOCH, Long.toString(brokerEpoch)));
        }
    }

    /** What {@link #noteSeen} was told last, 0 before. */
    int seenControllerEpoch() {
        return Integer.parseInt(meta.getOrDefault(CONTROLLER_EPOCH, "0"));
    }

    /** What {@link #noteSeen} was told last, 0 before. */
    long seenBrokerEpoch() {
        return Long.parseLong(meta.getOrDefault(BROKER_EPOCH, "0"));
    }

    /** Keeps for later processes how new a state of the cluster was seen (R36). Durable on return. Any thread. */
    synchronized void noteSeen(int controllerEpoch, long brokerEpoch) throws DataDirectoryException {
        putMeta(Map.of(CONTROLLER_EPOCH, Integer.toString(controllerEpoch), BROKER_EPOCH, Long.toString(brokerEpoch)));
    }

    private void putMeta(Map<String, String> values) throws DataDirectoryException {
        Map<String, String> next = new TreeMap<>(meta);
        next.putAll(values);
        try {
            WholeFile.replace(disk, Disk.ROOT, META_FILE, MetaFile.encode(next));
            meta.putAll(values);
        } catch (IOException io) {
            throw new DataDirectoryException(META_FILE + " cannot be written: " + io, io);
        }
    }

    /** Whether the marker of a clean shutdown was found. */
    public boolean wasCleanShutdown() {
        return cleanShutdownEpoch.isPresent();
    }

    /** The brokerEpoch that the marker of a clean shutdown named; empty where there was none (N13). */
    public OptionalLong cleanShutdownEpoch() {
        return cleanShutdownEpoch;
    }

    /**
     * Opens the log, recovered where it exists and made where it does not; the open one if it is open. A log that cannot
     * be recovered comes back failed. Any thread.
     *
     * @throws IllegalArgumentException if the topic id is not 22 characters of URL-safe base64 or the partition negative
     */
    public PartitionLog openLog(String topicId, int partition, LogConfig config) {
        TopicPartition key = validated(topicId, partition);
        PartitionLog log = logs.compute(key, (same, known) -> {
            // A failed one stays failed as long as this process lives, closed or not (D3).
            boolean isUsed = known != null && (known.isFailed() || !known.isClosed());
            return isUsed ? known : PartitionLog.open(disk, key, config, tails);
        });
        return Objects.requireNonNull(log);
    }

    /**
     * Whether a log is gone that this broker is counted on to have: {@link #openLog} would make an empty one, and whoever
     * had a longer one must not take it for the same. A log that this directory has never held is not gone: its process
     * ended before it made one, so nobody was ever told of a record in it.
     *
     * @param countedOnSince brokerEpoch in which this broker was known to miss nothing
     */
    public boolean isLogGone(String topicId, int partition, long countedOnSince) {
        TopicPartition key = validated(topicId, partition);
        try {
            return !new LogDirectory(disk, key.toString()).holdsLog()
                    && (LogMark.isThere(disk, key) || countedOnSince < firstBrokerEpoch());
        } catch (IOException unreadable) {
            // Something is there; opening it tells what is wrong with it.
            return false;
        }
    }

    /** A directory of an earlier version does not know: then whatever is not there is taken for gone. */
    private long firstBrokerEpoch() {
        String first = meta.get(FIRST_BROKER_EPOCH);
        return first == null ? Long.MAX_VALUE : Long.parseLong(first);
    }

    /** Closes the log if it is open, and removes it with all its data. Nothing happens where there is none. */
    public void deleteLog(String topicId, int partition) throws DataDirectoryException {
        TopicPartition key = validated(topicId, partition);
        try {
            PartitionLog open = logs.remove(key);
            if (open != null) {
                open.discard();
            }
            LogMark.remove(disk, key);
            String doomed = key + DELETED_SUFFIX;
            deleteTree(disk, doomed);
            if (disk.list(Disk.ROOT).contains(key.toString())) {
                // The name goes at once; a crash before the rest is gone leaves nothing that looks like a log.
                disk.rename(key.toString(), doomed);
                disk.syncDirectory(Disk.ROOT);
                deleteTree(disk, doomed);
            }
        } catch (IOException io) {
            throw new DataDirectoryException("the log " + key + " cannot be deleted: " + io, io);
        }
    }

    /** The partitions that have a log here, open or not, in order. */
    public List<TopicPartition> logs() throws DataDirectoryException {
        try {
            return PartitionDirectories.list(disk);
        } catch (IOException io) {
            throw new DataDirectoryException("the data directory cannot be listed: " + io, io);
        }
    }

    /** Bytes that may still be written to the file system. */
    public long freeBytes() throws IOException {
        return disk.freeBytes();
    }

    /**
     * Flushes and closes every log and writes the clean-shutdown marker; no marker if a log has failed.
     *
     * @param brokerEpoch goes into the marker
     * @throws DataDirectoryException if a log could not be closed cleanly, or the marker not be written
     */
    public void closeCleanly(long brokerEpoch) throws DataDirectoryException {
        List<String> problems = new ArrayList<>();
        for (PartitionLog log : logs.values()) {
            problemOfClosing(log).ifPresent(problems::add);
        }
        if (!problems.isEmpty()) {
            unlock(lock);
            throw new DataDirectoryException("not shut down cleanly: " + String.join("; ", problems));
        }
        try {
            ByteBuffer marker = MetaFile.encode(Map.of(BROKER_EPOCH, Long.toString(brokerEpoch)));
            WholeFile.replace(disk, Disk.ROOT, CLEAN_SHUTDOWN_FILE, marker);
        } catch (IOException io) {
            throw new DataDirectoryException(CLEAN_SHUTDOWN_FILE + " cannot be written: " + io, io);
        } finally {
            unlock(lock);
        }
    }

    /** Closes files and gives back the lock, without a marker; nothing more after {@link #closeCleanly}. */
    @Override
    public void close() {
        try {
            for (PartitionLog log : logs.values()) {
                log.discard();
            }
            lock.close();
        } catch (IOException io) {
            throw new UncheckedIOException("the data directory cannot be closed", io);
        }
    }

    private static Optional<String> problemOfClosing(PartitionLog log) {
        try {
            log.close();
            return log.failure().map(LogFailedException::getMessage);
        } catch (LogFailedException failed) {
            return Optional.ofNullable(failed.getMessage());
        }
    }

    private static DiskLock lock(Disk disk) throws DataDirectoryException {
        try {
            disk.createDirectories(Disk.ROOT);
            return disk.tryLock(LOCK_FILE)
                    .orElseThrow(() -> new DataDirectoryException("the data directory is locked by another process"));
        } catch (IOException io) {
            throw new DataDirectoryException("the data directory cannot be locked: " + io, io);
        }
    }

    private static void unlock(DiskLock lock) throws DataDirectoryException {
        try {
            lock.close();
        } catch (IOException io) {
            throw new DataDirectoryException("the data directory cannot be unlocked: " + io, io);
        }
    }

    private static Map<String, String> readMeta(Disk disk, int brokerId, Supplier<String> newDirectoryId)
            throws IOException, DataDirectoryException {
        Optional<ByteBuffer> bytes = WholeFile.read(disk, META_FILE);
        if (bytes.isEmpty()) {
            return createMeta(disk, brokerId, newDirectoryId);
        }
        Map<String, String> meta = MetaFile.decode(META_FILE, bytes.get());
        if (!Integer.toString(brokerId).equals(meta.get(BROKER_ID))) {
            throw new DataDirectoryException(
                    "the data directory belongs to broker " + meta.get(BROKER_ID) + ", not to broker " + brokerId);
        }
        if (!meta.containsKey(DIRECTORY_ID)) {
            throw new DataDirectoryException(META_FILE + " has no " + DIRECTORY_ID + ": another version wrote it");
        }
        return meta;
    }

    private static Map<String, String> createMeta(Disk disk, int brokerId, Supplier<String> newDirectoryId)
            throws IOException, DataDirectoryException {
        if (!PartitionDirectories.list(disk).isEmpty()) {
            throw new DataDirectoryException("the data directory holds logs but no " + META_FILE);
        }
        Map<String, String> meta = Map.of(BROKER_ID, Integer.toString(brokerId), DIRECTORY_ID, newDirectoryId.get());
        WholeFile.replace(disk, Disk.ROOT, META_FILE, MetaFile.encode(meta));
        return meta;
    }

    /** Gone for good before any log is touched: a crash from here on must not look clean (R27). */
    private static OptionalLong takeCleanShutdownMarker(Disk disk) throws IOException {
        Optional<ByteBuffer> marker = WholeFile.read(disk, CLEAN_SHUTDOWN_FILE);
        if (marker.isEmpty()) {
            return OptionalLong.empty();
        }
        disk.delete(CLEAN_SHUTDOWN_FILE);
        disk.syncDirectory(Disk.ROOT);
        try {
            Map<String, String> values = MetaFile.decode(CLEAN_SHUTDOWN_FILE, marker.get());
            return OptionalLong.of(Long.parseLong(values.getOrDefault(BROKER_EPOCH, "")));
        } catch (DataDirectoryException | NumberFormatException damaged) {
            // A marker that cannot be read vouches for nothing.
            return OptionalLong.empty();
        }
    }

    private static void removeDeletedLogs(Disk disk) throws IOException {
        for (String name : disk.list(Disk.ROOT)) {
            if (name.endsWith(DELETED_SUFFIX)) {
                deleteTree(disk, name);
            }
        }
    }

    private static void deleteTree(Disk disk, String directory) throws IOException {
        for (String name : disk.list(directory)) {
            disk.delete(directory + "/" + name);
        }
        disk.delete(directory);
    }

    private String value(String key) {
        return meta.getOrDefault(key, "");
    }

    private static TopicPartition validated(String topicId, int partition) {
        TopicPartition key = new TopicPartition(topicId, partition);
        if (!PartitionDirectories.parse(key.toString()).equals(Optional.of(key))) {
            throw new IllegalArgumentException("no topic partition: " + key);
        }
        return key;
    }
}
