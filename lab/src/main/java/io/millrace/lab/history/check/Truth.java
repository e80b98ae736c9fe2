package io.millrace.lab.history.check;

import io.millrace.lab.history.Partition;
import io.millrace.lab.history.Places;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What is known of one partition: which value lies at which offset, who says so, and what became of each value. */
final class Truth {

    /** No value is this one. */
    static final long NO_VALUE = Long.MIN_VALUE;

    private static final int CHUNK = 1 << 12;

    private final Partition partition;
    private final TreeMap<Long, Chunk> chunks = new TreeMap<>();
    private final ValueTable values = new ValueTable();
    private @Nullable Chunk last;
    private long lastNumber = -1;
    private long knownEnd;
    private boolean isGone;

    /** Neighbouring offsets. */
    private static final class Chunk {
        final long[] values = new long[CHUNK];
        final long[] acked = new long[CHUNK];
        final long[] read = new long[CHUNK];

        Chunk() {
            Arrays.fill(values, NO_VALUE);
        }
    }

    Truth(Partition partition) {
        this.partition = partition;
    }

    Partition partition() {
        return partition;
    }

    /** What became of each value. */
    ValueTable values() {
        return values;
    }

    /** All offsets below are known to be committed. */
    long knownEnd() {
        return knownEnd;
    }

    void know(long endOffset) {
        knownEnd = Math.max(knownEnd, endOffset);
    }

    /** Its topic is deleted: nothing is promised any more. */
    boolean isGone() {
        return isGone;
    }

    void forget() {
        isGone = true;
        chunks.clear();
        last = null;
        lastNumber = -1;
    }

    /** {@link #NO_VALUE} where none is known. */
    long value(long offset) {
        Chunk chunk = chunk(offset);
        return chunk == null ? NO_VALUE : chunk.values[at(offset)];
    }

    /** Where it was acknowledged as committed first. */
    long ackedAt(long offset) {
        Chunk chunk = chunk(offset);
        return chunk == null ? Places.NONE : chunk.acked[at(offset)];
    }

    /** Where it was read first. */
    long readAt(long offset) {
        Chunk chunk = chunk(offset);
        return chunk == null ? Places.NONE : chunk.read[at(offset)];
    }

    /** Of an acknowledgement or a read, whichever there is. */
    long seenAt(long offset) {
        long acked = ackedAt(offset);
        return acked == Places.NONE ? readAt(offset) : acked;
    }

    void acknowledge(long offset, long value, long place) {
        Chunk chunk = need(offset);
        chunk.values[at(offset)] = value;
        chunk.acked[at(offset)] = place;
        values.store(value, offset);
    }

    void read(long offset, long value, long place) {
        Chunk chunk = need(offset);
        if (chunk.read[at(offset)] == Places.NONE) {
            chunk.values[at(offset)] = value;
            chunk.read[at(offset)] = place;
            values.store(value, offset);
        }
    }

    /** Each offset with a known value, in their order. */
    void forEach(LongConsumer action) {
        chunks.forEach((number, chunk) -> {
            for (int i = 0; i < CHUNK; i++) {
                if (chunk.values[i] != NO_VALUE) {
                    action.accept(number * CHUNK + i);
                }
            }
        });
    }

    /** Those with a known value, in their order; the room between costs nothing, however wide it is. */
    long[] offsets(long from, long to) {
        return chunks.subMap(from / CHUNK, true, Math.max(from, to) / CHUNK, true).entrySet().stream()
                .flatMapToLong(entry -> offsets(entry.getKey() * CHUNK, entry.getValue()))
                .filter(offset -> offset >= from && offset < to)
                .toArray();
    }

    private static LongStream offsets(long first, Chunk chunk) {
        return IntStream.range(0, CHUNK)
                .filter(i -> chunk.values[i] != NO_VALUE)
                .mapToLong(i -> first + i);
    }

    private static int at(long offset) {
        return (int) (offset & (CHUNK - 1));
    }

    private @Nullable Chunk chunk(long offset) {
        long number = offset / CHUNK;
        if (number != lastNumber) {
            last = chunks.get(number);
            lastNumber = number;
        }
        return last;
    }

    private Chunk need(long offset) {
        Chunk chunk = chunk(offset);
        if (chunk == null) {
            chunk = new Chunk();
            chunks.put(lastNumber, chunk);
            last = chunk;
        }
        return chunk;
    }

    @Override
    public String toString() {
        return partition.toString();
    }
}
