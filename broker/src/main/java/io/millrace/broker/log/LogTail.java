package io.millrace.broker.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
        boolean hasRoom = size <= MAX_BYTES && budget.take(size);
        while (!hasRoom && !batches.isEmpty()) {
            // A gap would be read over, so where this one finds no room nothing before it stays.
            dropOldest();
            hasRoom = size <= MAX_BYTES && budget.take(size);
        }
        if (!hasRoom) {
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
    @Nullable
    LogSlice read(long offset, long endOffset, int maxBytes) {
        List<Tail> found = new ArrayList<>();
        long baseOffset = find(offset, endOffset, maxBytes, found);
        if (baseOffset < 0) {
            return null;
        }
        return found.isEmpty()
                ? LogSlice.empty(offset)
                : new LogSlice(baseOffset, found.get(found.size() - 1).nextOffset(), gather(found));
    }

    /** Adds what is to be read; returns where it begins, -1 where the tail does not have it. */
    private synchronized long find(long offset, long endOffset, int maxBytes, List<Tail> found) {
        Map.Entry<Long, Tail> first = batches.floorEntry(offset);
        if (first == null || first.getValue().nextOffset() <= offset) {
            return -1;
        }
        int room = Math.max(first.getValue().size(), Math.min(maxBytes, GATHERED_BYTES));
        for (Tail tail : batches.tailMap(first.getKey()).values()) {
            room -= tail.size();
            if (room < 0 || tail.nextOffset() > endOffset) {
                break;
            }
            found.add(tail);
        }
        return first.getKey();
    }

    private static ByteBuffer gather(List<Tail> found) {
        if (found.size() == 1) {
            return found.get(0).batch().duplicate();
        }
        ByteBuffer gathered =
                ByteBuffer.allocate(found.stream().mapToInt(Tail::size).sum());
        found.forEach(tail -> gathered.put(tail.batch().duplicate()));
        return gathered.flip();
    }

    private void dropOldest() {
        int size = batches.pollFirstEntry().getValue().size();
        bytes -= size;
        budget.giveBack(size);
    }
}
