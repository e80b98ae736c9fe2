package io.millrace.lab.run;

import io.millrace.lab.drill.Payload;
import io.millrace.lab.history.Run;
import io.millrace.lab.traffic.RecordSink;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges what consumers were handed while faults went on: each by itself, against each other, and in the end against what
 * is stored. Safe for threads.
 *
 * <p>It takes what is stored by {@link #accept}, after the last record was read.
 */
public final class Readings implements Recorder, RecordSink {
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final Payload payload;
    private final Map<String, Long> nextByReader = new HashMap<>();
    private final Map<Integer, Long> nextOfGroup = new HashMap<>();
    private final Map<Integer, long[]> values = new HashMap<>();
    private long read;
    private long readByGroup;
    private long skipped;
    private long repeated;
    private long skippedByGroup;
    private long changed;

    Readings(Payload payload) {
        this.payload = payload;
    }

    /**
     * What consumers saw, in records.
     *
     * @param read by consumers that read everything
     * @param readByGroup by members, those that were read again after a rebalance included
     * @param skipped places where a consumer jumped forward; counts as a fault
     * @param repeated places where a consumer went back; counts as a fault
     * @param skippedByGroup places where a member went on behind what any member had been handed; counts as a fault
     * @param changed offsets at which two looks showed different records; counts as a fault
     */
    public record Counts(long read, long readByGroup, long skipped, long repeated, long skippedByGroup, long changed) {
        boolean isClean() {
            return skipped + repeated + skippedByGroup + changed == 0;
        }
    }

    @Override
    public synchronized void onPolled(Polled polled) {
        for (Run run : polled.records()) {
            for (int i = 0; i < run.count(); i++) {
                compare(polled.partition(), run.offset() + i, run.value() + i);
            }
            judge(polled, run);
        }
    }

    private void judge(Polled polled, Run run) {
        if (polled.isInGroup()) {
            readByGroup += run.count();
            long next = nextOfGroup.getOrDefault(polled.partition(), 0L);
            skippedByGroup += run.offset() > next ? 1 : 0;
            nextOfGroup.put(polled.partition(), Math.max(next, run.endOffset()));
        } else {
            read += run.count();
            String place = polled.reader() + "/" + polled.partition();
            long next = nextByReader.getOrDefault(place, 0L);
            skipped += run.offset() > next ? 1 : 0;
            repeated += run.offset() < next ? 1 : 0;
            nextByReader.put(place, run.endOffset());
        }
    }

    @Override
    public synchronized void accept(int partition, long offset, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
        compare(partition, offset, Values.read(payload, partition, offset, value));
    }

    /** Whether this reader has been handed everything below this offset. */
    synchronized boolean hasRead(String reader, int partition, long endOffset) {
        return nextByReader.getOrDefault(reader + "/" + partition, 0L) >= endOffset;
    }

    /** Whether members have been handed everything below this offset. */
    synchronized boolean hasGroupRead(int partition, long endOffset) {
        return nextOfGroup.getOrDefault(partition, 0L) >= endOffset;
    }

    synchronized Counts counts() {
        return new Counts(read, readByGroup, skipped, repeated, skippedByGroup, changed);
    }

    private void compare(int partition, long offset, long value) {
        long[] known = values.computeIfAbsent(partition, p -> new long[0]);
        int at = Math.toIntExact(offset);
        if (at >= known.length) {
            int length = known.length;
            known = Arrays.copyOf(known, Math.max(at + 1, 2 * length));
            Arrays.fill(known, length, known.length, UNKNOWN);
            values.put(partition, known);
        }
        if (known[at] == UNKNOWN) {
            known[at] = value;
        } else if (known[at] != value) {
            changed++;
        }
    }
}
