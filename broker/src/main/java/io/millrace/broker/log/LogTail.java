package io.millrace.broker.log;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest batches of one log, in memory as their leader appended them: who follows closely, a consumer or a replica,
 * is served without the file. Kept within {@link #MAX_BYTES}, and all tails of a broker within their {@link TailBudget}.
 * Any thread.
 */
final class LogTail {
    static final int MAX_BYTES = 1 << 20;

    /** Small batches are read together up to this; a copy of more costs more than another read. */
    private static final int GATHERED_BYTES = 64 << 10;

    private final TailBudget budget;
    /** By base offset, without a gap. */
    private final TreeMap<Long, Tail> batches = new TreeMap<>();

    private int bytes;

    private record Tail(long nextOffset, ByteBuffer batch) {
        int size() {
            return batch.remaining();
        }
    }

    LogTail(TailBudget budget) {
        this.budget = budget;
    }

    /** @param batch nobody writes to it any more */
    synchronized void add(long baseOffset, long nextOffset, ByteBuffer batch) {
        int size = batch.remaining();
        while (!batches.isEmpty() && bytes + size > MAX_BYTES) {
            dropOldest();
        }
        // A gap would be read over, so where this one finds no room nothing before it stays.
        if (size > MAX_BYTES || !budget.take(size)) {
            clear();
            return;
        }
        bytes += size;
        batches.put(baseOffset, new Tail(nextOffset, batch));
    }

    synchronized void clear() {
        budget.giveBack(bytes);
        bytes = 0;
        batches.clear();
    }

    /** What {@link PartitionLog#read} says of these offsets; null where the tail does not have the first of them. */
    synchronized @Nullable LogSlice read(long offset, long endOffset, int maxBytes) {
        Map.Entry<Long, Tail> first = batches.floorEntry(offset);
        if (first == null || first.getValue().nextOffset() <= offset) {
            return null;
        }
        if (first.getValue().nextOffset() > endOffset) {
            return LogSlice.empty(offset);
        }
        Map.Entry<Long, Tail> last = first;
        int size = first.getValue().size();
        Map.Entry<Long, Tail> next = batches.higherEntry(last.getKey());
        while (next != null
                && next.getValue().nextOffset() <= endOffset
                && size + next.getValue().size() <= Math.min(maxBytes, GATHERED_BYTES)) {
            last = next;
            size += last.getValue().size();
            next = batches.higherEntry(last.getKey());
        }
        return new LogSlice(first.getKey(), last.getValue().nextOffset(), gather(first.getKey(), last.getKey(), size));
    }

    private ByteBuffer gather(Long first, Long last, int size) {
        if (first.equals(last)) {
            return batches.ceilingEntry(first).getValue().batch().duplicate();
        }
        ByteBuffer gathered = ByteBuffer.allocate(size);
        batches.subMap(first, true, last, true)
                .values()
                .forEach(tail -> gathered.put(tail.batch().duplicate()));
        return gathered.flip();
    }

    private void dropOldest() {
        int size = batches.pollFirstEntry().getValue().size();
        bytes -= size;
        budget.giveBack(size);
    }
}
