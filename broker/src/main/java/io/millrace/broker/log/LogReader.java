package io.millrace.broker.log;

import io.millrace.record.CorruptBatchException;
import io.millrace.record.Record;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordReader;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads from a view of the log. Stateless, any thread; the caller checks that the view was still good afterwards. */
final class LogReader {
    /** Enough to find a batch between two entries of the index with one read. */
    private static final int LOCATE_CHUNK_BYTES = 4 << 10;

    private static final int SCAN_CHUNK_BYTES = 256 << 10;

    private final LogDirectory directory;
    private final int indexIntervalBytes;

    LogReader(LogDirectory directory, int indexIntervalBytes) {
        this.directory = directory;
        this.indexIntervalBytes = indexIntervalBytes;
    }

    /** {@code offset} lies within the view, and below {@code endOffset}, which does not lie beyond it. */
    LogSlice read(LogView view, long offset, long endOffset, int maxBytes) throws IOException, BadBatchException {
        int number = view.segmentOf(offset);
        try (LazyFile.Lease lease = view.segments().get(number).file().acquire()) {
            OpenSegment segment = new OpenSegment(view, number, lease.file());
            OffsetIndex index = indexOf(segment);
            BatchCursor cursor = segment.cursorAt(index, index.floor(offset), LOCATE_CHUNK_BYTES);
            moveTo(offset, cursor);
            if (cursor.nextOffset() > endOffset) {
                // Checked before its end is believed, and nothing read because of it.
                cursor.batch(view.epochs());
                return LogSlice.empty(offset);
            }
            cursor.buffer(maxBytes);
            return collect(cursor, endOffset, view.epochs());
        }
    }

    private static void moveTo(long offset, BatchCursor cursor) throws IOException, BadBatchException {
        do {
            if (!cursor.next()) {
                throw new BadBatchException(cursor.position(), cursor.nextOffset(), "the segment ends here");
            }
        } while (cursor.nextOffset() <= offset);
    }

    private static LogSlice collect(BatchCursor cursor, long endOffset, EpochHistory epochs)
            throws IOException, BadBatchException {
        long from = cursor.position();
        long baseOffset = cursor.baseOffset();
        long to = from;
        long nextOffset = baseOffset;
        do {
            cursor.batch(epochs);
            to = cursor.endPosition();
            nextOffset = cursor.nextOffset();
        } while (cursor.nextBuffered() && cursor.nextOffset() <= endOffset);
        return new LogSlice(baseOffset, nextOffset, cursor.buffered(from, to));
    }

    Optional<TimestampOffset> offsetForTime(LogView view, long timestampMs, long endOffset)
            throws IOException, BadBatchException {
        for (int number = 0; number < view.segments().size(); number++) {
            if (maxTimestampMs(view, number) >= timestampMs) {
                Optional<TimestampOffset> found = searchSegment(view, number, timestampMs, endOffset);
                if (found.isPresent() || view.endOffsetOf(number) >= endOffset) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<TimestampOffset> searchSegment(LogView view, int number, long timestampMs, long endOffset)
            throws IOException, BadBatchException {
        try (LazyFile.Lease lease = view.segments().get(number).file().acquire()) {
            OpenSegment segment = new OpenSegment(view, number, lease.file());
            OffsetIndex index = indexOf(segment);
            BatchCursor cursor = segment.cursorAt(index, index.lastBefore(timestampMs), LOCATE_CHUNK_BYTES);
            Optional<TimestampOffset> found = Optional.empty();
            while (found.isEmpty() && cursor.next()) {
                RecordBatch batch = cursor.batch(view.epochs());
                if (cursor.nextOffset() > endOffset) {
                    break;
                }
                found = searchBatch(batch, timestampMs, cursor.position());
            }
            return found;
        }
    }

    /** {@code offset} lies within the view, and below {@code endOffset}, which does not lie beyond it. */
    Optional<TimestampOffset> recordAt(LogView view, long offset, long endOffset)
            throws IOException, BadBatchException {
        for (int number = view.segmentOf(offset); number < view.segments().size(); number++) {
            try (LazyFile.Lease lease = view.segments().get(number).file().acquire()) {
                OpenSegment segment = new OpenSegment(view, number, lease.file());
                OffsetIndex index = indexOf(segment);
                BatchCursor cursor = segment.cursorAt(index, index.floor(offset), LOCATE_CHUNK_BYTES);
                while (cursor.next()) {
                    RecordBatch batch = cursor.batch(view.epochs());
                    if (cursor.nextOffset() > endOffset) {
                        return Optional.empty();
                    }
                    Optional<TimestampOffset> found = cursor.nextOffset() <= offset
                            ? Optional.empty()
                            : first(batch, record -> record.offset() >= offset, cursor.position());
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<TimestampOffset> searchBatch(RecordBatch batch, long timestampMs, long position)
            throws BadBatchException {
        return batch.maxTimestampMs() < timestampMs
                ? Optional.empty()
                : first(batch, record -> record.timestampMs() >= timestampMs, position);
    }

    private static Optional<TimestampOffset> first(RecordBatch batch, Predicate<Record> wanted, long position)
            throws BadBatchException {
        // No cap on what it inflates to: a leader applied one before it appended, and the records stream through.
        try (RecordReader records = batch.records(Long.MAX_VALUE)) {
            while (records.next()) {
                Record record = records.record();
                if (wanted.test(record)) {
                    return Optional.of(
                            new TimestampOffset(record.offset(), record.timestampMs(), batch.partitionLeaderEpoch()));
                }
            }
        } catch (CorruptBatchException bad) {
            throw new BadBatchException(
                    position, batch.baseOffset(), bad.defect().toString());
        }
        return Optional.empty();
    }

    LogDigest digest(LogView view, long endOffset) throws IOException, BadBatchException {
        MessageDigest sha256 = sha256();
        long next = view.startOffset();
        long bytes = 0;
        for (int number = 0; number < view.segments().size() && next < endOffset; number++) {
            try (LazyFile.Lease lease = view.segments().get(number).file().acquire()) {
                OpenSegment segment = new OpenSegment(view, number, lease.file());
                BatchCursor cursor = segment.cursor(SCAN_CHUNK_BYTES);
                while (cursor.next()) {
                    RecordBatch batch = cursor.batch(view.epochs());
                    if (cursor.nextOffset() > endOffset) {
                        break;
                    }
                    sha256.update(batch.buffer());
                    next = cursor.nextOffset();
                    bytes += cursor.sizeInBytes();
                }
                segment.requireReached(endOffset, cursor.nextOffset(), cursor.position());
            }
        }
        return new LogDigest(view.startOffset(), next, bytes, HexFormat.of().formatHex(sha256.digest()));
    }

    int indexIntervalBytes() {
        return indexIntervalBytes;
    }

    /** The index of a segment: the one in memory, else the one on disk, else a new one. */
    OffsetIndex indexOf(OpenSegment open) throws IOException, BadBatchException {
        Segment segment = open.view().segments().get(open.number());
        OffsetIndex remembered = segment.rememberedIndex();
        if (remembered != null) {
            return remembered;
        }
        // One at a time: the appender's own index must not be replaced by one that a reader has loaded meanwhile.
        synchronized (segment) {
            return loadIndex(open, segment);
        }
    }

    private OffsetIndex loadIndex(OpenSegment open, Segment segment) throws IOException, BadBatchException {
        OffsetIndex remembered = segment.rememberedIndex();
        if (remembered != null) {
            return remembered;
        }
        Optional<OffsetIndex> onDisk = directory.readIndex(segment.baseOffset(), open.bytes(), indexIntervalBytes);
        OffsetIndex index = onDisk.isPresent() ? onDisk.get() : build(open).index();
        segment.remember(index);
        return index;
    }

    private long maxTimestampMs(LogView view, int number) throws IOException, BadBatchException {
        if (view.isActive(number)) {
            return view.activeEnd().maxTimestampMs();
        }
        Segment segment = view.segments().get(number);
        Optional<SegmentEnd> end = directory.readIndexEnd(segment.baseOffset());
        if (end.isPresent() && end.get().offset() == view.endOffsetOf(number)) {
            return end.get().maxTimestampMs();
        }
        try (LazyFile.Lease lease = segment.file().acquire()) {
            return build(new OpenSegment(view, number, lease.file())).end().maxTimestampMs();
        }
    }

    private SegmentScan build(OpenSegment segment) throws IOException, BadBatchException {
        SegmentScan scan = SegmentScan.run(
                segment.file(),
                SegmentEnd.empty(segment.baseOffset()),
                new OffsetIndex(indexIntervalBytes),
                segment.bytes(),
                EpochRule.of(Optional.of(segment.view().epochs())));
        if (scan.defect().isPresent()) {
            throw scan.defect().get();
        }
        segment.requireReached(
                segment.endOffset(), scan.end().offset(), scan.end().bytes());
        return scan;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
