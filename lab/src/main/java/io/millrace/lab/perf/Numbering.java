package io.millrace.lab.perf;

import io.millrace.client.TopicPartition;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds again what runs of {@link ProduceRun} have written: each value begins with its run and its number in it. One
 * thread sends a run, so the numbers of a partition have to ascend, each has to be there once, and none may be missing but
 * those whose writing has failed. Belongs to one thread.
 */
public final class Numbering {
    // So that a value of another kind is not taken for one of a run.
    private static final long KIND_MASK = 0xFFFF_0000_0000_0000L;
    private static final long KIND = 0x4D52_0000_0000_0000L;

    private final Map<Long, Run> runs = new HashMap<>();
    private long records;
    private long duplicated;
    private long reordered;
    private long unnumbered;

    private static final class Run {
        final BitSet seen = new BitSet();
        final Map<TopicPartition, Integer> last = new HashMap<>();
    }

    /** A name for a run of its own. */
    static long newRun() {
        return KIND | (ThreadLocalRandom.current().nextLong() & ~KIND_MASK);
    }

    /** A value like {@code payload}, which has room for it, but with its number. */
    static byte[] number(byte[] payload, long run, int number) {
        byte[] value = payload.clone();
        ByteBuffer.wrap(value).putLong(run).putLong(number);
        return value;
    }

    /** One record, in the order of its partition. */
    public void onRecord(TopicPartition partition, ByteBuffer value) {
        records++;
        long name = value.remaining() < Load.MIN_RECORD_BYTES ? 0 : value.getLong(value.position());
        if ((name & KIND_MASK) != KIND) {
            unnumbered++;
            return;
        }
        Run run = runs.computeIfAbsent(name, unknown -> new Run());
        int number = (int) value.getLong(value.position() + Long.BYTES);
        if (run.seen.get(number)) {
            duplicated++;
        }
        run.seen.set(number);
        Integer before = run.last.put(partition, number);
        if (before != null && before > number) {
            reordered++;
        }
    }

    public long records() {
        return records;
    }

    public int runs() {
        return runs.size();
    }

    /** Seen before. */
    public long duplicated() {
        return duplicated;
    }

    /** Behind a later one of the same partition. */
    public long reordered() {
        return reordered;
    }

    /** Not seen, though a later one of the same run was. */
    public long missing() {
        return runs.values().stream()
                .mapToLong(run -> run.seen.length() - run.seen.cardinality())
                .sum();
    }

    /** Whether there is a run, and each is as it was written, as far as one can see without its end. */
    public boolean isGood() {
        return runs() > 0 && duplicated() + reordered() + missing() == 0;
    }

    /** Not of a run. */
    public long unnumbered() {
        return unnumbered;
    }
}
