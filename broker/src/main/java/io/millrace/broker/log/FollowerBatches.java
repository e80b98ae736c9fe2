package io.millrace.broker.log;

import io.millrace.record.BatchDefect;
import io.millrace.record.BatchSplitter;
import io.millrace.record.CorruptBatchException;
import io.millrace.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.List;

/** What a follower demands of the bytes that its leader sent, before any of them reaches its log. */
final class FollowerBatches {
    private FollowerBatches() {}

    /** All batches from position to limit, which does not move; or none, by exception, if anything is wrong with one. */
    static List<RecordBatch> check(ByteBuffer bytes, long logEndOffset, int lastEpoch, int maxLeaderEpoch) {
        ByteBuffer rest = bytes.duplicate();
        List<RecordBatch> batches = BatchSplitter.split(rest);
        if (rest.hasRemaining()) {
            throw malformed("the last batch is not whole");
        }
        long nextOffset = logEndOffset;
        int epoch = lastEpoch;
        for (RecordBatch batch : batches) {
            checkOne(batch, nextOffset, epoch, maxLeaderEpoch);
            nextOffset = batch.nextOffset();
            epoch = batch.partitionLeaderEpoch();
        }
        return batches;
    }

    private static void checkOne(RecordBatch batch, long nextOffset, int lastEpoch, int maxLeaderEpoch) {
        if (batch.sizeInBytes() > LogConfig.MAX_BATCH_BYTES) {
            throw refused(BatchDefect.Kind.TOO_LARGE, "a batch of " + batch.sizeInBytes() + " bytes");
        }
        if (!batch.isCrcValid()) {
            throw refused(BatchDefect.Kind.CRC_MISMATCH, "the batch for offset " + nextOffset);
        }
        if (batch.baseOffset() != nextOffset || batch.lastOffsetDelta() < 0) {
            throw malformed("offsets " + batch.baseOffset() + " to " + batch.lastOffset() + " where " + nextOffset
                    + " comes next");
        }
        int epoch = batch.partitionLeaderEpoch();
        if (epoch < Math.max(0, lastEpoch) || epoch > maxLeaderEpoch) {
            throw malformed("leader epoch " + epoch + " after " + lastEpoch + ", the leader's is " + maxLeaderEpoch);
        }
    }

    private static CorruptBatchException malformed(String what) {
        return refused(BatchDefect.Kind.MALFORMED, what);
    }

    private static CorruptBatchException refused(BatchDefect.Kind kind, String what) {
        return new CorruptBatchException(new BatchDefect(kind, what));
    }
}
