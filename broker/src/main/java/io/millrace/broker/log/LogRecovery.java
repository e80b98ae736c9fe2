package io.millrace.broker.log;

import io.millrace.broker.core.Safeguard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Brings the files of one log back to a state from which it can go on. What is read is what lies beyond the indexes on
 * disk, so after a clean stop nothing.
 *
 * <p><b>Torn or corrupt.</b> A segment is synced before the next one is made, so a defect in any but the last segment is
 * corruption. So is one in the last segment below the recovery point, and a log that does not begin where its epochs do. A
 * defect above the recovery point is a torn tail: the log is cut there. A missing segment above it is an interrupted cut
 * (its deletions need not survive in order): the log ends before the gap.
 *
 * <p><b>Written again.</b> After a failed sync the kernel may hold pages that it calls clean and that never reached the
 * disk; this process may have been started after that. So the tail above the recovery point is written again, as it was
 * read, before the sync that declares it durable.
 */
final class LogRecovery {
    private static final int HEADERS_CHUNK_BYTES = 4 << 10;
    private static final int REWRITE_CHUNK_BYTES = 1 << 20;

    private final LogDirectory directory;
    private final LogConfig config;
    private final EpochFile epochFile;
    private final RecoveryPointFile recoveryPointFile;
    private final boolean wasMade;
    private final List<Segment> segments = new ArrayList<>();
    private long recoveryPoint;

    /** @param wasMade a recovery point has been durable, so one that is not there was lost since */
    LogRecovery(
            LogDirectory directory,
            LogConfig config,
            EpochFile epochFile,
            RecoveryPointFile recoveryPointFile,
            boolean wasMade) {
        this.directory = directory;
        this.config = config;
        this.epochFile = epochFile;
        this.recoveryPointFile = recoveryPointFile;
        this.wasMade = wasMade;
    }

    /**
     * On return everything in the log is durable, and the indexes on disk cover all of it.
     *
     * @throws CorruptLogException if something durable is not what it was; then nothing was cut
     */
    LogView recover() throws IOException, CorruptLogException {
        directory.prepare();
        OptionalLong savedRecoveryPoint = recoveryPointFile.read();
        if (wasMade && savedRecoveryPoint.isEmpty()) {
            throw new CorruptLogException(
                    directory + "/" + RecoveryPointFile.NAME
                            + " is missing or damaged: nothing tells how much of the log had been durable",
                    0);
        }
        recoveryPoint = savedRecoveryPoint.orElse(0);
        Optional<EpochHistory> record = epochFile.read();
        EpochRule epochs = EpochRule.of(record);
        SegmentEnd end = recoverSegments(directory.baseOffsets(), epochs);
        EpochHistory history = epochs.history().within(segments.get(0).baseOffset(), end.offset());
        if (record.isEmpty() || !history.hasSameEpochs(record.get())) {
            epochFile.replace(history);
        }
        if (!wasMade) {
            // The mark that comes next says that there is one on disk, whatever is lost later.
            recoveryPointFile.lower(end.offset());
            directory.sync();
        } else if (recoveryPoint != end.offset()) {
            recoveryPointFile.write(end.offset());
        }
        return new LogView(List.copyOf(segments), end, history, 0);
    }

    private SegmentEnd recoverSegments(List<Long> baseOffsets, EpochRule epochs)
            throws IOException, CorruptLogException {
        if (baseOffsets.isEmpty()) {
            requireRecoveryPoint(0, directory + " has no segment");
            segments.add(directory.createSegment(0));
            directory.sync();
            return SegmentEnd.empty(0);
        }
        requireBegin(baseOffsets.get(0), epochs);
        int last = baseOffsets.size() - 1;
        for (int i = 0; i < last; i++) {
            SegmentEnd end = recoverSealed(baseOffsets.get(i), baseOffsets.get(i + 1), epochs);
            if (end.offset() != baseOffsets.get(i + 1)) {
                deleteAll(baseOffsets.subList(i + 1, baseOffsets.size()));
                return end;
            }
        }
        return recoverLast(baseOffsets.get(last), epochs);
    }

    /**
     * A log's first epoch begins where the log does or behind it; else segments are gone that had been there. Served, such a
     * log would pass for a whole one whose older records are not kept any more. One that begins behind 0 always has its
     * epochs beside it.
     */
    private void requireBegin(long first, EpochRule epochs) throws IOException, CorruptLogException {
        EpochHistory record = epochs.history();
        boolean beganEarlier = !record.isEmpty() && record.startOffsetAt(0) < first;
        if (beganEarlier || (first > 0 && !epochFile.exists())) {
            throw new CorruptLogException(
                    "segments before " + name(first) + " are missing: nothing says that the log begins there", first);
        }
    }

    /** Its end is that of the log if it is not where the next segment begins. */
    private SegmentEnd recoverSealed(long baseOffset, long nextBaseOffset, EpochRule epochs)
            throws IOException, CorruptLogException {
        Segment segment = add(baseOffset);
        try (LazyFile.Lease lease = segment.file().acquire()) {
            long bytes = lease.file().sizeBytes();
            Optional<SegmentEnd> indexed = directory.readIndexEnd(baseOffset);
            boolean isKnown = indexed.isPresent()
                    && indexed.get().bytes() == bytes
                    && indexed.get().offset() == nextBaseOffset;
            if (isKnown && epochs.isOnRecord()) {
                return indexed.get();
            }
            SegmentScan scan = scan(lease.file(), SegmentEnd.empty(baseOffset), newIndex(), bytes, epochs);
            if (scan.defect().isPresent()) {
                throw corrupt(baseOffset, scan);
            }
            if (scan.end().offset() < nextBaseOffset) {
                requireRecoveryPoint(scan.end().offset(), "segments are missing after " + name(baseOffset));
            } else if (scan.end().offset() > nextBaseOffset) {
                throw new CorruptLogException(
                        name(baseOffset) + " reaches beyond the begin of the next segment", nextBaseOffset);
            }
            directory.writeIndex(baseOffset, scan.end(), scan.index());
            return scan.end();
        }
    }

    private SegmentEnd recoverLast(long baseOffset, EpochRule epochs) throws IOException, CorruptLogException {
        try (LazyFile.Lease lease = add(baseOffset).file().acquire()) {
            DiskFile file = lease.file();
            long bytes = file.sizeBytes();
            SegmentEnd from = directory
                    .readIndexEnd(baseOffset)
                    .filter(indexed -> epochs.isOnRecord() && indexed.bytes() <= bytes)
                    .orElse(SegmentEnd.empty(baseOffset));
            if (from.bytes() == bytes) {
                forgetIndexIfEmpty(from);
                requireRecoveryPoint(from.offset(), name(baseOffset) + " ends early");
                return from;
            }
            OffsetIndex index = directory
                    .readIndex(baseOffset, from.bytes(), config.indexIntervalBytes())
                    .orElse(null);
            SegmentScan scan = index == null
                    ? scan(file, SegmentEnd.empty(baseOffset), newIndex(), bytes, epochs)
                    : scan(file, from, index, bytes, epochs);
            if (scan.end().offset() < recoveryPoint
                    && config.safeguards().has(Safeguard.D5_WHAT_WAS_DURABLE_IS_NOT_CUT)) {
                throw corrupt(baseOffset, scan);
            }
            makeDurable(file, baseOffset, scan, epochs);
            return scan.end();
        }
    }

    /** An index of an empty segment covers what is gone; it would seem to fit once the file has grown again. */
    private void forgetIndexIfEmpty(SegmentEnd end) throws IOException {
        if (end.bytes() == 0) {
            directory.deleteIndex(end.offset());
        }
    }

    private void makeDurable(DiskFile file, long baseOffset, SegmentScan scan, EpochRule epochs) throws IOException {
        // The epochs first, as in a sync: what was read of them may be in the page cache only, like the batches.
        epochFile.replace(epochs.history());
        if (config.safeguards().has(Safeguard.D4_TORN_TAILS_ARE_CUT)) {
            file.truncate(scan.end().bytes());
        }
        writeAgain(file, firstUnsynced(file, baseOffset, scan), scan.end().bytes());
        file.sync();
        directory.writeIndex(baseOffset, scan.end(), scan.index());
    }

    /** Position of the first batch at or above the recovery point; the end if there is none. */
    private long firstUnsynced(DiskFile file, long baseOffset, SegmentScan scan) throws IOException {
        OffsetIndex index = scan.index();
        int entry = index.floor(recoveryPoint);
        BatchCursor cursor = entry == OffsetIndex.NONE
                ? new BatchCursor(file, 0, baseOffset, scan.end().bytes(), HEADERS_CHUNK_BYTES)
                : new BatchCursor(
                        file,
                        index.positionAt(entry),
                        index.offsetAt(entry),
                        scan.end().bytes(),
                        HEADERS_CHUNK_BYTES);
        try {
            while (cursor.next() && cursor.baseOffset() < recoveryPoint) {}
        } catch (BadBatchException changed) {
            throw new IOException(name(baseOffset) + " changed while it was recovered", changed);
        }
        return cursor.position();
    }

    private static void writeAgain(DiskFile file, long from, long to) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(REWRITE_CHUNK_BYTES, to - from));
        for (long at = from; at < to; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), to - at));
            file.read(chunk, at);
            file.write(chunk.flip(), at);
        }
    }

    private void deleteAll(List<Long> baseOffsets) throws IOException {
        for (long baseOffset : baseOffsets) {
            directory.deleteSegment(baseOffset);
        }
        directory.sync();
    }

    private Segment add(long baseOffset) {
        Segment segment = directory.segment(baseOffset);
        segments.add(segment);
        return segment;
    }

    private OffsetIndex newIndex() {
        return new OffsetIndex(config.indexIntervalBytes());
    }

    private static SegmentScan scan(DiskFile file, SegmentEnd from, OffsetIndex index, long bytes, EpochRule epochs)
            throws IOException {
        // A position in a segment is an int; what a damaged file has beyond is a tail like any other.
        return SegmentScan.run(file, from, index, Math.min(bytes, Integer.MAX_VALUE), epochs);
    }

    private void requireRecoveryPoint(long endOffset, String what) throws CorruptLogException {
        if (endOffset < recoveryPoint) {
            throw new CorruptLogException(
                    what + ", at offset " + endOffset + "; the log was durable up to " + recoveryPoint, endOffset);
        }
    }

    private CorruptLogException corrupt(long baseOffset, SegmentScan scan) {
        String what = scan.defect().map(BadBatchException::getMessage).orElse("the file ends");
        return new CorruptLogException(
                name(baseOffset) + ", position " + scan.end().bytes() + ": " + what + "; this had been on disk",
                scan.end().offset());
    }

    private String name(long baseOffset) {
        return directory + "/" + LogDirectory.logName(baseOffset);
    }
}
