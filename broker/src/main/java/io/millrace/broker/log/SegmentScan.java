package io.millrace.broker.log;

import io.millrace.record.RecordBatch;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads every batch of a segment from some point on, as far as they are good, and builds the index meanwhile. */
final class SegmentScan {
    private static final int CHUNK_BYTES = 256 << 10;

    private final OffsetIndex index;
    private SegmentEnd end;
    private @Nullable BadBatchException defect;

    private SegmentScan(SegmentEnd from, OffsetIndex index) {
        this.end = from;
        this.index = index;
    }

    /**
     * @param from where to begin
     * @param index covers the segment up to there, and more on return
     * @param limit where the file's batches end, exclusive
     */
    static SegmentScan run(DiskFile file, SegmentEnd from, OffsetIndex index, long limit, EpochRule epochs)
            throws IOException {
        SegmentScan scan = new SegmentScan(from, index);
        try {
            scan.readAll(new BatchCursor(file, from.bytes(), from.offset(), limit, CHUNK_BYTES), epochs);
        } catch (BadBatchException bad) {
            scan.defect = bad;
        }
        return scan;
    }

    private void readAll(BatchCursor cursor, EpochRule epochs) throws IOException, BadBatchException {
        while (cursor.next()) {
            RecordBatch batch = cursor.batch();
            if (!epochs.accepts(batch)) {
                String what = "leader epoch " + batch.partitionLeaderEpoch() + " is not in " + epochs.history();
                throw new BadBatchException(cursor.position(), cursor.baseOffset(), what);
            }
            index.onBatch(cursor.baseOffset(), end);
            end = end.plus(cursor.nextOffset(), cursor.sizeInBytes(), batch.maxTimestampMs());
        }
    }

    /** After the last good batch. */
    SegmentEnd end() {
        return end;
    }

    OffsetIndex index() {
        return index;
    }

    /** What stopped the scan before the limit. */
    Optional<BadBatchException> defect() {
        return Optional.ofNullable(defect);
    }
}
