package io.millrace.broker.log;

import io.millrace.record.BatchLayout;
import io.millrace.record.CorruptBatchException;
import io.millrace.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Steps over the batches of one segment file. A step reads no more than the header and checks what can be checked by it:
 * length, magic, and that the batch begins where the one before ended. {@link #batch} reads the rest and checks the CRC.
 * Belongs to one thread.
 */
final class BatchCursor {
    private final DiskFile file;
    private final long limit;
    private ByteBuffer buffer;
    private long bufferPosition;

    private long position;
    private int sizeInBytes;
    private long baseOffset;
    private long nextOffset;

    /**
     * Before the batch at {@code position}, which has to begin with {@code nextOffset}.
     *
     * @param limit where the file's batches end, exclusive
     * @param chunkBytes read at a time, unless a batch is larger
     */
    BatchCursor(DiskFile file, long position, long nextOffset, long limit, int chunkBytes) {
        this.file = file;
        this.limit = limit;
        this.position = position;
        this.nextOffset = nextOffset;
        this.buffer = ByteBuffer.allocate(chunkBytes).limit(0);
        this.bufferPosition = position;
    }

    /** The header of this batch, from index 0 on; good until the cursor moves. */
    ByteBuffer header() {
        return buffer.slice((int) (position - bufferPosition), BatchLayout.HEADER_BYTES);
    }

    /** Moves to the next batch; false at the limit. */
    boolean next() throws IOException, BadBatchException {
        position += sizeInBytes;
        sizeInBytes = 0;
        if (position >= limit) {
            return false;
        }
        if (limit - position < BatchLayout.HEADER_BYTES) {
            throw bad(nextOffset, "the file ends within a batch header");
        }
        readHeader(ensureBuffered(BatchLayout.HEADER_BYTES));
        return true;
    }

    private void readHeader(int at) throws BadBatchException {
        long size = BatchLayout.LENGTH_OVERHEAD + (long) buffer.getInt(at + BatchLayout.LENGTH_AT);
        if (size < BatchLayout.HEADER_BYTES || size > LogConfig.MAX_BATCH_BYTES) {
            throw bad(nextOffset, "a batch of " + size + " bytes");
        }
        if (size > limit - position) {
            throw bad(nextOffset, "the file ends within a batch");
        }
        if (buffer.get(at + BatchLayout.MAGIC_AT) != BatchLayout.MAGIC) {
            throw bad(nextOffset, "magic " + buffer.get(at + BatchLayout.MAGIC_AT));
        }
        long base = buffer.getLong(at + BatchLayout.BASE_OFFSET_AT);
        int lastOffsetDelta = buffer.getInt(at + BatchLayout.LAST_OFFSET_DELTA_AT);
        if (base != nextOffset || lastOffsetDelta < 0) {
            throw bad(nextOffset, "base offset " + base + ", last offset delta " + lastOffsetDelta);
        }
        sizeInBytes = (int) size;
        baseOffset = base;
        nextOffset = base + lastOffsetDelta + 1;
    }

    /** As {@link #next}, but false as well if the next batch is not in memory as a whole. */
    boolean nextBuffered() throws IOException, BadBatchException {
        long next = position + sizeInBytes;
        return next + BatchLayout.HEADER_BYTES <= bufferPosition + buffer.limit() && next() && isBuffered();
    }

    /** Reads this batch and what follows it, {@code bytes} in all, unless the batch is larger or the file ends. */
    void buffer(int bytes) throws IOException, BadBatchException {
        long wanted = Math.min(Math.max(bytes, sizeInBytes), limit - position);
        buffer = ByteBuffer.allocate((int) wanted).limit(0);
        ensureBuffered(sizeInBytes);
    }

    /** What is in memory from {@code from} to {@code to}, both positions in the file; the caller's own after this. */
    ByteBuffer buffered(long from, long to) {
        return buffer.slice((int) (from - bufferPosition), (int) (to - from));
    }

    /** This batch as it is; the view is good until the cursor moves. */
    RecordBatch uncheckedBatch() throws IOException, BadBatchException {
        int at = ensureBuffered(sizeInBytes);
        try {
            return RecordBatch.wrap(buffer.slice(at, sizeInBytes));
        } catch (CorruptBatchException changed) {
            // The header was read before; somebody has cut the file and written again meanwhile.
            throw bad(baseOffset, "the batch changed while it was read");
        }
    }

    /** This batch, its CRC checked; the view is good until the cursor moves. */
    RecordBatch batch() throws IOException, BadBatchException {
        RecordBatch batch = uncheckedBatch();
        if (!batch.isCrcValid()) {
            throw bad(baseOffset, "CRC mismatch");
        }
        return batch;
    }

    /** Also checks the epoch, which the CRC does not cover, by {@code epochs}. */
    RecordBatch batch(EpochHistory epochs) throws IOException, BadBatchException {
        RecordBatch batch = batch();
        int known = epochs.epochOf(baseOffset);
        if (batch.partitionLeaderEpoch() != known) {
            throw bad(baseOffset, "leader epoch " + batch.partitionLeaderEpoch() + ", on record is " + known);
        }
        return batch;
    }

    /** Of this batch in the file. */
    long position() {
        return position;
    }

    long endPosition() {
        return position + sizeInBytes;
    }

    int sizeInBytes() {
        return sizeInBytes;
    }

    long baseOffset() {
        return baseOffset;
    }

    /** First offset after this batch; before the first step, the offset that it has to begin with. */
    long nextOffset() {
        return nextOffset;
    }

    private boolean isBuffered() {
        return position >= bufferPosition && endPosition() <= bufferPosition + buffer.limit();
    }

    /** Index in the buffer where {@code bytes} from the cursor's position on can be found. */
    private int ensureBuffered(int bytes) throws IOException, BadBatchException {
        if (position < bufferPosition || position + bytes > bufferPosition + buffer.limit()) {
            fill(bytes);
        }
        return (int) (position - bufferPosition);
    }

    private void fill(int bytes) throws IOException, BadBatchException {
        buffer = buffer.capacity() < bytes ? ByteBuffer.allocate(bytes) : buffer;
        buffer.clear().limit((int) Math.min(buffer.capacity(), limit - position));
        bufferPosition = position;
        int read = file.read(buffer, position);
        buffer.limit(read).rewind();
        if (read < bytes) {
            throw bad(nextOffset, "the file ends within a batch");
        }
    }

    private BadBatchException bad(long offset, String what) {
        return new BadBatchException(position, offset, what);
    }
}
