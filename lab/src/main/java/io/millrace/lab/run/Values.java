package io.millrace.lab.run;

import io.millrace.lab.drill.Payload;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One number for each record of a run: those that follow each other in a partition have values that do. A record that
 * nobody sent has a value by its place, so that two looks at it agree.
 */
final class Values {
    private static final int PARTITION_SHIFT = 40;
    private static final long FOREIGN = Long.MIN_VALUE / 2;

    private Values() {}

    static long of(int partition, long number) {
        return ((long) partition << PARTITION_SHIFT) + number;
    }

    /** Of a record that was read. */
    static long read(Payload payload, int partition, long offset, @Nullable ByteBuffer content) {
        return payload.parse(partition, content).orElse(FOREIGN + offset) + ((long) partition << PARTITION_SHIFT);
    }
}
