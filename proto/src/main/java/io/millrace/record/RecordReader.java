package io.millrace.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the records of one batch in order, holding no more than one block of them in memory. Belongs to one thread at a
 * time. Every method that reads throws {@link CorruptBatchException} where the bytes break the layout; it trusts no
 * length or count that it has not seen the bytes of.
 */
public final class RecordReader implements AutoCloseable {
    private final RecordBatch batch;
    private final RecordBytes bytes;
    private final int maxRecordBytes;
    private int readCount;
    private @Nullable Record record;

    RecordReader(RecordBatch batch, long maxInflatedBytes, int maxRecordBytes) {
        this.batch = batch;
        this.maxRecordBytes = maxRecordBytes;
        this.bytes = RecordBytes.of(batch, maxInflatedBytes);
    }

    /**
     * Moves to the next record.
     *
     * @return false after the last one; then the batch is known to hold nothing else
     */
    public boolean next() {
        if (readCount >= batch.recordCount()) {
            record = null;
            requireEnd();
            return false;
        }
        record = new Record(batch, nextBody());
        readCount++;
        return true;
    }

    /**
     * The record that {@link #next()} moved to.
     *
     * @throws IllegalStateException before the first and after the last one
     */
    public Record record() {
        if (record == null) {
            throw new IllegalStateException("no record before next() or after the last one");
        }
        return record;
    }

    /** Frees what the codec holds outside the heap. The records that were read stay valid. */
    @Override
    public void close() {
        bytes.close();
    }

    private ByteBuffer nextBody() {
        int length = Varint.readInt(bytes.peek(Varint.MAX_INT_BYTES));
        if (length < 0) {
            throw CorruptBatchException.malformed("a record of " + length + " bytes");
        }
        if (length > maxRecordBytes) {
            throw CorruptBatchException.tooLarge(
                    "a record of " + length + " bytes where " + maxRecordBytes + " are allowed");
        }
        ByteBuffer block = bytes.peek(length);
        if (block.remaining() < length) {
            throw CorruptBatchException.malformed(
                    "a record of " + length + " bytes where " + block.remaining() + " are left of its batch");
        }
        int start = block.position();
        block.position(start + length);
        return block.slice(start, length);
    }

    private void requireEnd() {
        if (batch.recordCount() < 0) {
            throw CorruptBatchException.malformed("a record count of " + batch.recordCount());
        }
        if (bytes.peek(1).hasRemaining()) {
            throw CorruptBatchException.malformed("bytes after the last of " + batch.recordCount() + " records");
        }
    }
}
