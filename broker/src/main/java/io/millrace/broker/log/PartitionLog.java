package io.millrace.broker.log;

import io.millrace.broker.core.InvariantViolation;
import io.millrace.broker.core.RollPolicy;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.partition.ProducedBatch;
import io.millrace.broker.core.partition.ProducerStates;
import io.millrace.broker.core.partition.SequenceVerdict;
import io.millrace.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The log of one partition replica.
 *
 * <p>The appender thread appends, truncates, resets and closes; any thread reads; {@link #sync} belongs to flush threads.
 * The first error of a write, a sync or a read fails the log for good: from then on every method that can throws
 * {@link LogFailedException}, until the broker starts again and recovers it.
 */
public final class PartitionLog implements AutoCloseable {
    private final TopicPartition topicPartition;
    private final LogConfig config;
    private final LogWriter writer;
    private final LogReader reader;
    private final LogTail tail;
    private final AtomicReference<@Nullable LogFailedException> failure = new AtomicReference<>();
    private volatile boolean isClosed;

    private PartitionLog(
            TopicPartition topicPartition, LogConfig config, LogWriter writer, LogReader reader, LogTail tail) {
        this.topicPartition = topicPartition;
        this.config = config;
        this.writer = writer;
        this.reader = reader;
        this.tail = tail;
    }

    /** Recovers the log, or makes it where there is none. What cannot be recovered comes back failed. */
    static PartitionLog open(Disk disk, TopicPartition topicPartition, LogConfig config, TailBudget tails) {
        LogDirectory directory = new LogDirectory(disk, topicPartition.toString());
        EpochFile epochs = directory.epochFile();
        RecoveryPointFile recoveryPoint = directory.recoveryPointFile();
        LogReader reader = new LogReader(directory, config.indexIntervalBytes());
        RollPolicy rollPolicy = new RollPolicy(config.segmentBytes());
        LogView view;
        LogProducers producers = new LogProducers(directory, reader);
        LogFailedException failed = null;
        try {
            view = new LogRecovery(directory, config, epochs, recoveryPoint, wasMade(disk, directory, topicPartition))
                    .recover();
            producers = LogProducers.recover(directory, reader, view);
            LogMark.put(disk, topicPartition);
        } catch (CorruptLogException corrupt) {
            failed = corrupt;
            view = LogView.empty(directory.segment(corrupt.offset()));
        } catch (BadBatchException bad) {
            failed = corrupt(topicPartition, bad);
            view = LogView.empty(directory.segment(bad.offset()));
        } catch (IOException io) {
            failed = new LogFailedException(topicPartition + " cannot be recovered: " + io, io);
            view = LogView.empty(directory.segment(0));
        }
        LogWriter writer = new LogWriter(directory, epochs, recoveryPoint, rollPolicy, reader, producers, view);
        PartitionLog log = new PartitionLog(topicPartition, config, writer, reader, new LogTail(tails));
        log.failure.set(failed);
        return log;
    }

    /** Where nothing is left of the log that a mark tells of, a new one begins. */
    private static boolean wasMade(Disk disk, LogDirectory directory, TopicPartition topicPartition)
            throws IOException {
        if (!directory.holdsLog()) {
            LogMark.remove(disk, topicPartition);
        }
        return LogMark.isThere(disk, topicPartition);
    }

    public TopicPartition topicPartition() {
        return topicPartition;
    }

    public LogConfig config() {
        return config;
    }

    /** First readable offset, inclusive. Any thread. */
    public long logStartOffset() {
        return writer.view().startOffset();
    }

    /** Offset of the next record to be appended, exclusive end of the log. Any thread. */
    public long logEndOffset() {
        return writer.view().endOffset();
    }

    /** Everything below it survives a power cut; exclusive. Any thread. */
    public long durableEndOffset() {
        return writer.durableEndOffset();
    }

    /** Everything below it is stored as the configured durability demands: the durable end, or the log end. Any thread. */
    public long stableEndOffset() {
        return switch (config.durability()) {
            case FSYNC -> durableEndOffset();
            case REPLICATED -> logEndOffset();
        };
    }

    /** The epochs of what is in the log now. Any thread. */
    public EpochHistory epochs() {
        LogView view = writer.view();
        return view.epochs().withLogEnd(view.endOffset());
    }

    /**
     * Whether a leader may append the batch, by what the log says of its producer. Appender thread; changes nothing.
     *
     * @param batch one validated batch, from position to limit; its position does not move
     */
    public SequenceVerdict sequenceVerdict(ByteBuffer batch) {
        ProducedBatch offered = LogProducers.produced(batch.slice());
        return offered.producerId() == LogProducers.NO_PRODUCER
                ? new SequenceVerdict.Append()
                : writer.producers().verdict(offered);
    }

    /** What the log says of its idempotent producers. Appender thread. */
    ProducerStates producers() {
        return writer.producers();
    }

    /**
     * Stamps one validated batch with the log end and {@code leaderEpoch}, in place, and writes it. Appender thread. It is
     * readable on return, and durable after a {@link #sync}.
     *
     * @param batch from position to limit, writable; its position does not move, and nobody writes to it afterwards: the
     *     tail keeps it
     * @throws io.millrace.record.CorruptBatchException if it is not one whole batch
     */
    public AppendInfo appendAsLeader(ByteBuffer batch, int leaderEpoch) throws LogFailedException {
        requireUsable();
        RecordBatch stamped = RecordBatch.wrap(batch);
        LogView before = writer.view();
        requireAppendable(stamped, leaderEpoch, before.epochs().lastEpoch());
        stamped.stamp(before.endOffset(), leaderEpoch);
        AppendInfo appended = write(batch, List.of(stamped));
        tail.add(appended.baseOffset(), appended.nextOffset(), batch);
        return appended;
    }

    /**
     * Writes batches as a leader has stamped them, all or none. Appender thread. Each has to match its CRC, follow the one
     * before without a gap, and carry an epoch not below that of the one before nor above {@code maxLeaderEpoch}.
     *
     * @param batches whole ones, from position to limit; the position does not move
     * @throws io.millrace.record.CorruptBatchException if one of them does not; nothing was written
     */
    public AppendInfo appendAsFollower(ByteBuffer batches, int maxLeaderEpoch) throws LogFailedException {
        requireUsable();
        LogView before = writer.view();
        List<RecordBatch> whole = FollowerBatches.check(
                batches, before.endOffset(), before.epochs().lastEpoch(), maxLeaderEpoch);
        return write(batches, whole);
    }

    /**
     * Reads whole batches, the first of which holds {@code offset}, none of which reaches beyond {@code
     * endOffsetExclusive}. Any thread. Every batch that is returned matches its CRC, its place and its epoch. May return
     * less than there is (it never crosses a segment); returns at least one batch, however large, if there is one.
     *
     * @param endOffsetExclusive what lies beyond the log end is ignored
     * @throws OffsetOutOfLogException if {@code offset} is below the log start or above the log end
     */
    public LogSlice read(long offset, long endOffsetExclusive, int maxBytes)
            throws LogFailedException, OffsetOutOfLogException {
        return consistently(view -> {
            if (offset < view.startOffset() || offset > view.endOffset()) {
                throw new OffsetOutOfLogException(offset, view.startOffset(), view.endOffset());
            }
            long end = Math.min(endOffsetExclusive, view.endOffset());
            return offset < end ? reader.read(view, offset, end, maxBytes) : LogSlice.empty(offset);
        });
    }

    /**
     * What {@link #read} returns where that is in memory, and nothing where it is not: never waits for the disk. Any
     * thread.
     */
    public Optional<LogSlice> readTail(long offset, long endOffsetExclusive, int maxBytes) {
        LogView seen = writer.view();
        LogSlice slice = isFailed() || isClosed || offset < seen.startOffset()
                ? null
                : tail.read(offset, Math.min(endOffsetExclusive, seen.endOffset()), maxBytes);
        return isCurrent(seen) ? Optional.ofNullable(slice) : Optional.empty();
    }

    /** Keeps no batches in memory until the next append. Any thread. */
    public void dropTail() {
        tail.clear();
    }

    /**
     * The first record, by offset, whose timestamp is {@code timestampMs} or later, in batches that end at or below
     * {@code endOffsetExclusive}. Any thread.
     */
    public Optional<TimestampOffset> offsetForTime(long timestampMs, long endOffsetExclusive)
            throws LogFailedException {
        return consistently(
                view -> reader.offsetForTime(view, timestampMs, Math.min(endOffsetExclusive, view.endOffset())));
    }

    /**
     * The first record at or behind {@code offset}, in batches that end at or below {@code endOffsetExclusive}; from the
     * log's start where {@code offset} lies below it. Any thread.
     */
    public Optional<TimestampOffset> recordAt(long offset, long endOffsetExclusive) throws LogFailedException {
        return consistently(view -> {
            long from = Math.max(offset, view.startOffset());
            long end = Math.min(endOffsetExclusive, view.endOffset());
            return from < end ? reader.recordAt(view, from, end) : Optional.empty();
        });
    }

    /**
     * Cuts the log at the last batch boundary at or below {@code offset}; nothing happens at or beyond the log end.
     * Appender thread. The cut is durable on return, and so is all that is left.
     *
     * @return the new log end
     */
    public long truncateTo(long offset) throws LogFailedException {
        requireUsable();
        LogView before = writer.view();
        if (offset < before.startOffset()) {
            throw new InvariantViolation(
                    "INV-LOG-2",
                    topicPartition + ": truncation to " + offset + ", the log starts at " + before.startOffset());
        }
        if (offset >= before.endOffset()) {
            return before.endOffset();
        }
        tail.clear();
        try {
            return writer.truncateTo(offset);
        } catch (IOException io) {
            throw failed("cannot be truncated", io);
        } catch (BadBatchException bad) {
            throw corrupt(bad);
        }
    }

    /** Drops everything and goes on, empty, at {@code logStartOffset}. Appender thread. Durable on return. */
    public void resetTo(long logStartOffset) throws LogFailedException {
        requireUsable();
        tail.clear();
        try {
            writer.resetTo(logStartOffset);
        } catch (IOException io) {
            throw failed("cannot be reset", io);
        }
    }

    /**
     * Makes everything appended before the call durable. A flush thread; a second call waits for the first.
     *
     * @return the durable end, exclusive
     */
    public long sync() throws LogFailedException {
        requireUsable();
        try {
            return writer.sync();
        } catch (IOException io) {
            return onFailedSync(io);
        }
    }

    /** No second try: the kernel may call the pages clean now that it has reported the error (D3). */
    private long onFailedSync(IOException io) throws LogFailedException {
        LogFailedException first = failed("cannot be synced", io);
        if (config.safeguards().has(Safeguard.D3_NO_SECOND_SYNC)) {
            throw first;
        }
        try {
            return writer.sync();
        } catch (IOException again) {
            throw first;
        }
    }

    /** Digest of the batches below {@code endOffsetExclusive}, read in order. Any thread, but it reads the whole log. */
    public LogDigest digest(long endOffsetExclusive) throws LogFailedException {
        return consistently(view -> reader.digest(view, Math.min(endOffsetExclusive, view.endOffset())));
    }

    public boolean isFailed() {
        return failure.get() != null;
    }

    /** Why the log has failed; empty while it has not. Any thread. */
    public Optional<LogFailedException> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** Syncs and closes; a failed log is just closed. Appender thread, or any thread once that has ended. */
    @Override
    public void close() throws LogFailedException {
        if (isClosed) {
            return;
        }
        isClosed = true;
        tail.clear();
        try {
            if (isFailed()) {
                writer.discard();
            } else {
                writer.close();
            }
        } catch (IOException io) {
            throw failed("cannot be closed", io);
        }
    }

    boolean isClosed() {
        return isClosed;
    }

    /** About how much the next sync has to write. */
    int unsyncedBytes() {
        return writer.unsyncedBytes();
    }

    /** Closes the files as they are. */
    void discard() throws IOException {
        isClosed = true;
        tail.clear();
        writer.discard();
    }

    private void requireAppendable(RecordBatch batch, int leaderEpoch, int lastEpoch) {
        if (leaderEpoch < Math.max(0, lastEpoch)) {
            throw new InvariantViolation(
                    "INV-EPOCH-1",
                    topicPartition + ": append in leader epoch " + leaderEpoch + " after one in " + lastEpoch);
        }
        if (batch.lastOffsetDelta() < 0 || batch.sizeInBytes() > config.maxBatchBytes()) {
            throw new InvariantViolation(
                    "INV-LOG-1",
                    topicPartition + ": append of " + batch.sizeInBytes() + " bytes that cannot have been validated");
        }
    }

    private AppendInfo write(ByteBuffer bytes, List<RecordBatch> batches) throws LogFailedException {
        long baseOffset = writer.view().endOffset();
        try {
            writer.append(bytes, batches);
        } catch (IOException io) {
            throw failed("cannot be appended to", io);
        } catch (BadBatchException bad) {
            throw corrupt(bad);
        }
        return new AppendInfo(baseOffset, writer.view().endOffset(), bytes.remaining());
    }

    private interface ReadStep<T, X extends Exception> {
        T from(LogView view) throws IOException, BadBatchException, X;
    }

    /** Runs the step until no cut came between; only then does what it found, good or bad, mean anything. */
    private <T, X extends Exception> T consistently(ReadStep<T, X> step) throws LogFailedException, X {
        while (true) {
            requireUsable();
            LogView seen = writer.view();
            try {
                T result = step.from(seen);
                if (isCurrent(seen)) {
                    return result;
                }
            } catch (IOException io) {
                if (isCurrent(seen)) {
                    throw failed("cannot be read", io);
                }
            } catch (BadBatchException bad) {
                if (isCurrent(seen)) {
                    throw corrupt(bad);
                }
            }
        }
    }

    /** A closed log may have lost its files; the next round says so. */
    private boolean isCurrent(LogView seen) {
        return !isClosed && writer.view().generation() == seen.generation();
    }

    private void requireUsable() throws LogFailedException {
        LogFailedException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        if (isClosed) {
            throw new LogFailedException(topicPartition + " is closed");
        }
    }

    private LogFailedException corrupt(BadBatchException bad) {
        return fail(corrupt(topicPartition, bad));
    }

    private static CorruptLogException corrupt(TopicPartition topicPartition, BadBatchException bad) {
        return new CorruptLogException(
                topicPartition + ", position " + bad.position() + ", offset " + bad.offset() + ": " + bad.getMessage(),
                bad.offset());
    }

    private LogFailedException failed(String what, IOException io) {
        LogFailedException reason = new LogFailedException(topicPartition + " " + what + ": " + io, io);
        return config.safeguards().has(Safeguard.D2_FIRST_ERROR_IS_THE_LAST) ? fail(reason) : reason;
    }

    /** The first failure is the one that counts. */
    private LogFailedException fail(LogFailedException reason) {
        LogFailedException first = failure.compareAndExchange(null, reason);
        return first == null ? reason : first;
    }
}
