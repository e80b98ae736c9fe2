package io.millrace.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a run of consecutive batches into views, and stops before a last one that is not whole. Checks length and magic
 * of each, nothing else. Belongs to one thread at a time.
 */
public final class BatchSplitter {
    private final ByteBuffer batches;
    private @Nullable RecordBatch batch;

    /** Splits the bytes from position to limit, without moving the position. */
    public BatchSplitter(ByteBuffer batches) {
        this.batches = batches.slice();
    }

    /**
     * Moves to the next batch.
     *
     * @return false if what is left is not a whole batch: nothing, or the beginning of one
     * @throws CorruptBatchException if what is left cannot be the beginning of a batch either; the splitter stays where
     *     it is
     */
    public boolean next() {
        batch = null;
        int start = batches.position();
        if (batches.remaining() <= BatchLayout.MAGIC_AT) {
            return false;
        }
        long size = BatchLayout.sizeInBytesAt(batches, start);
        byte magic = batches.get(start + BatchLayout.MAGIC_AT);
        if (magic != BatchLayout.MAGIC) {
            throw CorruptBatchException.malformed("magic " + magic + " where 2 is known");
        }
        if (size > batches.remaining()) {
            return false;
        }
        batch = RecordBatch.wrap(batches.slice(start, (int) size));
        batches.position(start + (int) size);
        return true;
    }

    /**
     * The batch that {@link #next()} moved to.
     *
     * @throws IllegalStateException before the first and after the last one
     */
    public RecordBatch batch() {
        if (batch == null) {
            throw new IllegalStateException("no batch before next() or after the last one");
        }
        return batch;
    }

    /** Size of all batches so far: where the next one begins, counted from the first byte. */
    public int consumedBytes() {
        return batches.position();
    }

    /** What follows the batches so far. */
    public int remainingBytes() {
        return batches.remaining();
    }

    /**
     * All whole batches from position to limit. Moves the position behind the last of them, so what remains in the
     * buffer is the beginning of a batch that is not whole, or nothing.
     *
     * @throws CorruptBatchException as {@link #next()}; the position stays where it was
     */
    public static List<RecordBatch> split(ByteBuffer batches) {
        BatchSplitter splitter = new BatchSplitter(batches);
        List<RecordBatch> whole = new ArrayList<>();
        while (splitter.next()) {
            whole.add(splitter.batch());
        }
        batches.position(batches.position() + splitter.consumedBytes());
        return whole;
    }
}
