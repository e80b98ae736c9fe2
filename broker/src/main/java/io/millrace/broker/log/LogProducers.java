package io.millrace.broker.log;

import io.millrace.broker.core.partition.ProducedBatch;
import io.millrace.broker.core.partition.ProducerStates;
import io.millrace.record.BatchLayout;
import io.millrace.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The producers of one log: kept with each append, and made anew from the batches where the log is opened or cut (R38,
 * R39). Snapshots beside the segments save reading more than the last of them: one where each segment begins, and the
 * newest. A snapshot is written when all that it speaks of is durable, and goes, durably, before any of that is cut.
 *
 * <p><b>Concurrency.</b> The appender thread learns; a flush thread writes the snapshot that the appender has left for it.
 * What touches files happens under the lock of {@link LogWriter}.
 */
final class LogProducers {
    /** Log bytes after which a snapshot is due, so that opening a log has no more than this to read. */
    private static final int SNAPSHOT_BYTES = 32 << 20;

    private static final int SCAN_CHUNK_BYTES = 64 << 10;
    static final long NO_PRODUCER = -1;

    private record Snapshot(long endOffset, List<ProducedBatch> batches) {}

    private final LogDirectory directory;
    private final LogReader reader;
    private final TreeSet<Long> saved = new TreeSet<>();
    private ProducerStates states = new ProducerStates();
    private long bytesSinceSnapshot;
    private volatile @Nullable Snapshot due;

    /** Of a log without batches. */
    LogProducers(LogDirectory directory, LogReader reader) {
        this.directory = directory;
        this.reader = reader;
    }

    /** Of a log that was recovered to {@code view}. */
    static LogProducers recover(LogDirectory directory, LogReader reader, LogView view)
            throws IOException, BadBatchException {
        LogProducers producers = new LogProducers(directory, reader);
        producers.saved.addAll(directory.producerOffsets());
        if (producers.deleteAbove(view.endOffset())) {
            directory.sync();
        }
        producers.rebuild(view);
        return producers;
    }

    ProducerStates states() {
        return states;
    }

    /** For each batch once it is written. Appender thread. */
    void onAppended(RecordBatch batch) {
        learn(states, batch.buffer());
        bytesSinceSnapshot += batch.sizeInBytes();
        if (bytesSinceSnapshot >= SNAPSHOT_BYTES && due == null) {
            due = new Snapshot(batch.nextOffset(), states.remembered());
            bytesSinceSnapshot = 0;
        }
    }

    /** Everything in {@code view} is durable now. */
    void onDurable(LogView view) throws IOException {
        Snapshot waiting = due;
        if (waiting != null && waiting.endOffset() <= view.endOffset()) {
            due = null;
            save(waiting, view);
        }
    }

    /** Leaves a snapshot at the end of {@code view}, which is durable. Appender thread. */
    void saveAt(LogView view) throws IOException {
        due = null;
        bytesSinceSnapshot = 0;
        if (!saved.contains(view.endOffset()) && view.endOffset() > view.startOffset()) {
            save(new Snapshot(view.endOffset(), states.remembered()), view);
        }
    }

    private void save(Snapshot snapshot, LogView view) throws IOException {
        directory.writeProducers(snapshot.endOffset(), ProducerFile.encode(snapshot.endOffset(), snapshot.batches()));
        TreeSet<Long> unused = new TreeSet<>(saved);
        view.segments().forEach(segment -> unused.remove(segment.baseOffset()));
        for (long endOffset : unused) {
            directory.deleteProducers(endOffset);
        }
        saved.removeAll(unused);
        saved.add(snapshot.endOffset());
    }

    /** Before the log is cut to {@code endOffset}; durable once the directory is synced. */
    boolean deleteAbove(long endOffset) throws IOException {
        due = null;
        List<Long> wrong = List.copyOf(saved.tailSet(endOffset, false));
        for (long doomed : wrong) {
            directory.deleteProducers(doomed);
            saved.remove(doomed);
        }
        return !wrong.isEmpty();
    }

    /** The log was cut to {@code view}. Appender thread. */
    void onCut(LogView view) throws IOException, BadBatchException {
        // Else nothing that was cut had a producer.
        if (states.endOffset() > view.endOffset()) {
            rebuild(view);
        }
    }

    /** The log is empty. Appender thread. */
    void onReset() {
        states = new ProducerStates();
    }

    private void rebuild(LogView view) throws IOException, BadBatchException {
        ProducerStates rebuilt = new ProducerStates();
        long from = view.startOffset();
        for (long endOffset : saved.subSet(from, true, view.endOffset(), true).descendingSet()) {
            Optional<ProducerStates> read = directory.readProducers(endOffset);
            if (read.isPresent()) {
                rebuilt = read.get();
                from = endOffset;
                break;
            }
        }
        if (from < view.endOffset()) {
            for (int number = view.segmentOf(from); number < view.segments().size(); number++) {
                scan(rebuilt, view, number, from);
            }
        }
        states = rebuilt;
    }

    /** Reads headers only: the batches were checked when the log was opened, or when they were appended. */
    private void scan(ProducerStates into, LogView view, int number, long from) throws IOException, BadBatchException {
        try (LazyFile.Lease lease = view.segments().get(number).file().acquire()) {
            OpenSegment segment = new OpenSegment(view, number, lease.file());
            BatchCursor cursor = from <= segment.baseOffset()
                    ? segment.cursor(SCAN_CHUNK_BYTES)
                    : cursorAt(segment, reader.indexOf(segment), from);
            while (cursor.next()) {
                if (cursor.baseOffset() >= from) {
                    learn(into, cursor.header());
                }
            }
            segment.requireReached(view.endOffset(), cursor.nextOffset(), cursor.position());
        }
    }

    private static BatchCursor cursorAt(OpenSegment segment, OffsetIndex index, long offset) throws IOException {
        return segment.cursorAt(index, index.floor(offset), SCAN_CHUNK_BYTES);
    }

    private static void learn(ProducerStates into, ByteBuffer header) {
        ProducedBatch batch = produced(header);
        if (batch.producerId() != NO_PRODUCER) {
            into.onAppended(batch);
        }
    }

    /** @param header of a batch, at index 0 of the buffer; what follows is not looked at */
    static ProducedBatch produced(ByteBuffer header) {
        return new ProducedBatch(
                header.getLong(BatchLayout.PRODUCER_ID_AT),
                header.getShort(BatchLayout.PRODUCER_EPOCH_AT),
                header.getInt(BatchLayout.BASE_SEQUENCE_AT),
                header.getInt(BatchLayout.LAST_OFFSET_DELTA_AT) + 1,
                header.getLong(BatchLayout.BASE_OFFSET_AT));
    }
}
