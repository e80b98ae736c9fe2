package io.millrace.broker.log;

import io.millrace.broker.core.RollPolicy;
import io.millrace.broker.core.partition.ProducerStates;
import io.millrace.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Changes the files of one log, in an order from which {@link LogRecovery} can go on wherever it stops. Once a method has
 * thrown an IOException, memory and disk may differ, and no further one may be called but {@link #discard}.
 *
 * <p><b>Concurrency.</b> One appender thread calls everything but {@link #sync}, which belongs to flush threads. The lock
 * keeps a sync apart from what replaces files under it (roll, cut, reset, close); an append takes no lock. What a sync
 * covers is the view that it read first, so everything that an append writes comes before it publishes its view.
 */
final class LogWriter {
    /** Log bytes after which the growing index is saved, so that a recovery has no more than this to read. */
    private static final int INDEX_SAVE_BYTES = 32 << 20;

    private static final int LOCATE_CHUNK_BYTES = 4 << 10;

    private final LogDirectory directory;
    private final EpochFile epochFile;
    private final RecoveryPointFile recoveryPointFile;
    private final RollPolicy rollPolicy;
    private final LogReader reader;
    private final LogProducers producers;
    private final ReentrantLock fileLock = new ReentrantLock();

    private volatile LogView view;
    private volatile long durableEndOffset;
    private volatile int syncedBytes;
    private volatile @Nullable OffsetIndex activeIndex;
    private LazyFile.@Nullable Lease activeLease;
    private int indexedBytes;

    /** @param recovered everything in it is durable and covered by the indexes on disk */
    LogWriter(
            LogDirectory directory,
            EpochFile epochFile,
            RecoveryPointFile recoveryPointFile,
            RollPolicy rollPolicy,
            LogReader reader,
            LogProducers producers,
            LogView recovered) {
        this.directory = directory;
        this.epochFile = epochFile;
        this.recoveryPointFile = recoveryPointFile;
        this.rollPolicy = rollPolicy;
        this.reader = reader;
        this.producers = producers;
        this.view = recovered;
        this.durableEndOffset = recovered.endOffset();
        this.syncedBytes = recovered.activeEnd().bytes();
        this.indexedBytes = recovered.activeEnd().bytes();
    }

    LogView view() {
        return view;
    }

    ProducerStates producers() {
        return producers.states();
    }

    long durableEndOffset() {
        return durableEndOffset;
    }

    /** About how much a sync would have to write. */
    int unsyncedBytes() {
        return view.activeEnd().bytes() - syncedBytes;
    }

    /** Appends batches that were checked to continue the log; {@code bytes} holds them and nothing else. */
    void append(ByteBuffer bytes, List<RecordBatch> batches) throws IOException, BadBatchException {
        ByteBuffer rest = bytes.duplicate();
        int from = 0;
        while (from < batches.size()) {
            if (rollPolicy.mustRoll(view.activeEnd().bytes(), batches.get(from).sizeInBytes())) {
                roll();
            }
            int to = from + 1;
            int runBytes = batches.get(from).sizeInBytes();
            while (to < batches.size()
                    && !rollPolicy.mustRoll(
                            view.activeEnd().bytes() + runBytes, batches.get(to).sizeInBytes())) {
                runBytes += batches.get(to++).sizeInBytes();
            }
            appendRun(rest.slice(rest.position(), runBytes), batches.subList(from, to));
            rest.position(rest.position() + runBytes);
            from = to;
        }
    }

    /** All in the active segment. */
    private void appendRun(ByteBuffer bytes, List<RecordBatch> batches) throws IOException, BadBatchException {
        LogView before = view;
        DiskFile file = activeFile(before);
        OffsetIndex index = activeIndex(before, file);
        EpochHistory epochs = recordEpochs(before.epochs(), batches);
        file.write(bytes, before.activeEnd().bytes());
        SegmentEnd end = before.activeEnd();
        for (RecordBatch batch : batches) {
            index.onBatch(batch.baseOffset(), end);
            end = end.plus(batch.nextOffset(), batch.sizeInBytes(), batch.maxTimestampMs());
        }
        batches.forEach(producers::onAppended);
        view = before.withEnd(end, epochs);
    }

    /** Before the batches themselves: a batch whose epoch is not on record is taken for damage. */
    private EpochHistory recordEpochs(EpochHistory before, List<RecordBatch> batches) throws IOException {
        EpochHistory epochs = before;
        for (RecordBatch batch : batches) {
            int epoch = batch.partitionLeaderEpoch();
            if (epoch > epochs.lastEpoch()) {
                epochFile.append(epochs, epoch, batch.baseOffset());
                epochs = epochs.plus(epoch, batch.baseOffset());
            }
        }
        return epochs;
    }

    /** Makes the log durable as it is now; returns the durable end, exclusive. */
    long sync() throws IOException {
        fileLock.lock();
        try {
            syncTo(view);
            return durableEndOffset;
        } finally {
            fileLock.unlock();
        }
    }

    private void syncTo(LogView target) throws IOException {
        if (target.endOffset() == durableEndOffset) {
            return;
        }
        // The epochs first: a durable batch without its epoch on record would be taken for corrupt.
        epochFile.syncIfChanged();
        try (LazyFile.Lease lease = target.active().file().acquire()) {
            lease.file().sync();
        }
        syncedBytes = target.activeEnd().bytes();
        durableEndOffset = target.endOffset();
        recoveryPointFile.write(durableEndOffset);
        if (target.activeEnd().bytes() - indexedBytes >= INDEX_SAVE_BYTES) {
            saveIndex(target);
        }
        producers.onDurable(target);
    }

    private void saveIndex(LogView durable) throws IOException {
        OffsetIndex index = activeIndex;
        if (index != null && indexedBytes != durable.activeEnd().bytes()) {
            directory.writeIndex(durable.active().baseOffset(), durable.activeEnd(), index);
            indexedBytes = durable.activeEnd().bytes();
        }
    }

    /** The old segment is durable, with its index, before the new one exists: that is how recovery knows. */
    private void roll() throws IOException {
        fileLock.lock();
        try {
            LogView full = view;
            syncTo(full);
            saveIndex(full);
            producers.saveAt(full);
            Segment next = directory.createSegment(full.endOffset());
            directory.sync();
            releaseActive();
            begin(next, new OffsetIndex(reader.indexIntervalBytes()), 0);
            view = full.withNewActive(next);
        } finally {
            fileLock.unlock();
        }
    }

    /** Returns the new log end, the last batch boundary at or below {@code offset}, which is within the log. */
    long truncateTo(long offset) throws IOException, BadBatchException {
        fileLock.lock();
        try {
            LogView before = view;
            int number = before.segmentOf(offset);
            Segment old = before.segments().get(number);
            try (LazyFile.Lease lease = old.file().acquire()) {
                OpenSegment open = new OpenSegment(before, number, lease.file());
                OffsetIndex index = reader.indexOf(open);
                SegmentEnd end = boundaryAtOrBelow(offset, open, index);
                cut(before, number, end, index.prefix(end.bytes()), lease.file());
                producers.onCut(view);
                return end.offset();
            }
        } finally {
            fileLock.unlock();
        }
    }

    private static SegmentEnd boundaryAtOrBelow(long offset, OpenSegment segment, OffsetIndex index)
            throws IOException, BadBatchException {
        int entry = index.floor(offset);
        BatchCursor cursor = segment.cursorAt(index, entry, LOCATE_CHUNK_BYTES);
        SegmentEnd end = entry == OffsetIndex.NONE
                ? SegmentEnd.empty(segment.baseOffset())
                : new SegmentEnd(index.offsetAt(entry), index.positionAt(entry), index.maxTimestampBeforeAt(entry));
        while (cursor.next() && cursor.nextOffset() <= offset) {
            end = end.plus(
                    cursor.nextOffset(), cursor.sizeInBytes(), cursor.batch().maxTimestampMs());
        }
        return end;
    }

    /**
     * First readers are told; then the recovery point, or recovery would miss what is cut; then whole files go, the
     * saved index and producers with them, for they would seem to fit once the file has grown again; then the file is cut.
     */
    private void cut(LogView before, int number, SegmentEnd end, OffsetIndex index, DiskFile file) throws IOException {
        Segment last = new Segment(
                before.segments().get(number).baseOffset(),
                before.segments().get(number).file());
        durableEndOffset = Math.min(durableEndOffset, end.offset());
        view = before.cutAfter(number, last, end);
        recoveryPointFile.lower(durableEndOffset);
        releaseActive();
        deleteSegments(before, number + 1);
        directory.deleteIndex(last.baseOffset());
        producers.deleteAbove(end.offset());
        directory.sync();
        file.truncate(end.bytes());
        file.sync();
        epochFile.replace(view.epochs());
        begin(last, index, end.bytes());
        durableEndOffset = end.offset();
        recoveryPointFile.write(durableEndOffset);
    }

    /** All goes, and the log begins again, empty. */
    void resetTo(long logStartOffset) throws IOException {
        fileLock.lock();
        try {
            LogView before = view;
            durableEndOffset = Math.min(durableEndOffset, logStartOffset);
            view = before.replacedBy(directory.segment(logStartOffset));
            recoveryPointFile.lower(0);
            releaseActive();
            deleteSegments(before, 0);
            producers.deleteAbove(-1);
            directory.sync();
            // Before there is a segment again: one that begins behind its first epoch is corrupt.
            epochFile.replace(view.epochs());
            Segment only = directory.createSegment(logStartOffset);
            directory.sync();
            begin(only, new OffsetIndex(reader.indexIntervalBytes()), 0);
            producers.onReset();
            view = before.replacedBy(only);
            durableEndOffset = logStartOffset;
            recoveryPointFile.write(durableEndOffset);
        } finally {
            fileLock.unlock();
        }
    }

    /** Newest first, each for certain before the next, so that what a crash leaves begins where the log began. */
    private void deleteSegments(LogView of, int from) throws IOException {
        for (int number = of.segments().size() - 1; number >= from; number--) {
            directory.deleteSegment(of.segments().get(number).baseOffset());
            directory.sync();
        }
    }

    /** Leaves everything durable, the index saved and no file open. */
    void close() throws IOException {
        fileLock.lock();
        try {
            LogView last = view;
            syncTo(last);
            saveIndex(last);
            producers.saveAt(last);
            recoveryPointFile.syncIfChanged();
            releaseActive();
        } finally {
            fileLock.unlock();
        }
    }

    /** Lets the file go as it is. */
    void discard() throws IOException {
        fileLock.lock();
        try {
            releaseActive();
        } finally {
            fileLock.unlock();
        }
    }

    private void begin(Segment segment, OffsetIndex index, int durableBytes) {
        segment.remember(index);
        activeIndex = index;
        syncedBytes = durableBytes;
        indexedBytes = 0;
    }

    private DiskFile activeFile(LogView current) throws IOException {
        LazyFile.Lease lease = activeLease;
        if (lease == null) {
            lease = current.active().file().acquire();
            activeLease = lease;
        }
        return lease.file();
    }

    /** Kept here while the segment is appended to, so that the one that readers find never goes. */
    private OffsetIndex activeIndex(LogView current, DiskFile file) throws IOException, BadBatchException {
        OffsetIndex index = activeIndex;
        if (index == null) {
            index = reader.indexOf(new OpenSegment(current, current.segments().size() - 1, file));
            activeIndex = index;
        }
        return index;
    }

    private void releaseActive() throws IOException {
        LazyFile.Lease lease = activeLease;
        activeLease = null;
        if (lease != null) {
            lease.close();
        }
    }
}
