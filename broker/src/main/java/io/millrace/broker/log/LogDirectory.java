package io.millrace.broker.log;

import io.millrace.broker.core.partition.ProducerStates;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The files of one log: their names, and making and removing them. */
final class LogDirectory {
    private static final String LOG_SUFFIX = ".log";
    private static final int NAME_DIGITS = 20;

    private final Disk disk;
    private final String path;

    LogDirectory(Disk disk, String path) {
        this.disk = disk;
        this.path = path;
    }

    EpochFile epochFile() {
        return new EpochFile(disk, path);
    }

    RecoveryPointFile recoveryPointFile() {
        return new RecoveryPointFile(disk, path);
    }

    /** Whether there is anything that a log can be recovered from. */
    boolean holdsLog() throws IOException {
        return disk.list(path).stream().anyMatch(name -> name.equals(RecoveryPointFile.NAME) || isSegment(name));
    }

    /** Makes the directory itself, durably, and drops what an interrupted replacement of a file left. */
    void prepare() throws IOException {
        List<String> names = disk.list(path);
        if (names.isEmpty()) {
            disk.createDirectories(path);
            disk.syncDirectory(Disk.ROOT);
        }
        for (String name : names) {
            if (name.endsWith(WholeFile.TEMPORARY_SUFFIX)) {
                disk.delete(path + "/" + name);
            }
        }
    }

    /** Base offsets of the segments that exist, ascending. */
    List<Long> baseOffsets() throws IOException {
        return offsetsOf(LOG_SUFFIX);
    }

    private List<Long> offsetsOf(String suffix) throws IOException {
        return disk.list(path).stream()
                .filter(name -> name.endsWith(suffix) && name.length() == NAME_DIGITS + suffix.length())
                .map(name -> Long.valueOf(name.substring(0, NAME_DIGITS)))
                .toList();
    }

    /** Of a segment that exists. */
    Segment segment(long baseOffset) {
        return new Segment(baseOffset, new LazyFile(disk, path + "/" + logName(baseOffset)));
    }

    /** A new, empty one; its directory entry is not durable yet. */
    Segment createSegment(long baseOffset) throws IOException {
        disk.create(path + "/" + logName(baseOffset)).close();
        return segment(baseOffset);
    }

    void deleteSegment(long baseOffset) throws IOException {
        disk.delete(path + "/" + logName(baseOffset));
        deleteIndex(baseOffset);
    }

    void deleteIndex(long baseOffset) throws IOException {
        disk.delete(indexPath(baseOffset));
    }

    /** End offsets of the snapshots of producers that exist, ascending. */
    List<Long> producerOffsets() throws IOException {
        return offsetsOf(ProducerFile.SUFFIX);
    }

    /** Empty where it is absent or damaged. */
    Optional<ProducerStates> readProducers(long endOffset) throws IOException {
        return WholeFile.read(disk, path + "/" + digits(endOffset) + ProducerFile.SUFFIX)
                .flatMap(bytes -> ProducerFile.decode(endOffset, bytes));
    }

    /** Durable on return. */
    void writeProducers(long endOffset, ByteBuffer content) throws IOException {
        WholeFile.replace(disk, path, digits(endOffset) + ProducerFile.SUFFIX, content);
    }

    void deleteProducers(long endOffset) throws IOException {
        disk.delete(path + "/" + digits(endOffset) + ProducerFile.SUFFIX);
    }

    void sync() throws IOException {
        disk.syncDirectory(path);
    }

    Optional<SegmentEnd> readIndexEnd(long baseOffset) throws IOException {
        return IndexFile.readEnd(disk, indexPath(baseOffset), baseOffset);
    }

    Optional<OffsetIndex> readIndex(long baseOffset, long segmentBytes, int intervalBytes) throws IOException {
        return IndexFile.read(disk, indexPath(baseOffset), baseOffset, segmentBytes, intervalBytes);
    }

    /** Durable on return. The batches that it covers have to be durable before. */
    void writeIndex(long baseOffset, SegmentEnd end, OffsetIndex index) throws IOException {
        WholeFile.replace(disk, path, digits(baseOffset) + IndexFile.SUFFIX, IndexFile.encode(baseOffset, end, index));
    }

    static boolean isSegment(String fileName) {
        return fileName.endsWith(LOG_SUFFIX);
    }

    static String logName(long baseOffset) {
        return digits(baseOffset) + LOG_SUFFIX;
    }

    private String indexPath(long baseOffset) {
        return path + "/" + digits(baseOffset) + IndexFile.SUFFIX;
    }

    private static String digits(long baseOffset) {
        String number = Long.toString(baseOffset);
        return "0".repeat(NAME_DIGITS - number.length()) + number;
    }

    @Override
    public String toString() {
        return path;
    }
}
