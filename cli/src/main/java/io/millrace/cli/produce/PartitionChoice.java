package io.millrace.cli.produce;

import io.millrace.record.Murmur2;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Picks the partition of each record: the one asked for; else by its key; else the same one until a batch's worth went
 * there or its batch was answered, then the next. So a fast source fills batches and a slow one still goes round.
 */
final class PartitionChoice {
    private static final int STICKY_BYTES = 64 << 10;

    private final @Nullable Integer fixed;
    private final int partitionCount;
    private int sticky;
    private long stickyBytes;

    PartitionChoice(@Nullable Integer fixed, int partitionCount, int firstSticky) {
        this.fixed = fixed;
        this.partitionCount = partitionCount;
        this.sticky = Math.floorMod(firstSticky, partitionCount);
    }

    int next(@Nullable ByteBuffer key) {
        if (fixed != null) {
            return fixed;
        }
        return key != null ? Murmur2.partitionOf(key, partitionCount) : sticky;
    }

    void onAppended(int bytes) {
        stickyBytes += bytes;
        if (stickyBytes >= STICKY_BYTES) {
            goOn();
        }
    }

    /** The batch that the last record went to is closed: the next record begins a new one anyway. */
    void onBatchAnswered() {
        goOn();
    }

    private void goOn() {
        sticky = (sticky + 1) % partitionCount;
        stickyBytes = 0;
    }
}
