package io.millrace.client;

import com.google.protobuf.ByteString;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.record.BatchSplitter;
import io.millrace.record.CorruptBatchException;
import io.millrace.record.RecordBatch;
import java.util.List;

/**
 * Batches as a leader sent them.
 *
 * @param turn of the partition when they were asked for
 * @param from the first offset asked for; records below it are skipped
 * @param next where to go on
 */
record Fetched(TopicPartition partition, int turn, long from, long next, ByteString bytes) {
    /**
     * All of them, each with a valid checksum.
     *
     * @throws MillraceException PROTOCOL if one is not what it should be
     */
    List<RecordBatch> batches() {
        try {
            var buffer = bytes.asReadOnlyByteBuffer();
            List<RecordBatch> batches = BatchSplitter.split(buffer);
            if (buffer.hasRemaining()) {
                throw damaged("a batch that is not whole", null);
            }
            for (RecordBatch batch : batches) {
                if (!batch.isCrcValid()) {
                    throw damaged("the batch at offset " + batch.baseOffset() + " does not match its checksum", null);
                }
            }
            return batches;
        } catch (CorruptBatchException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private MillraceException damaged(String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return MillraceException.withoutDetail(
                Kind.PROTOCOL, Certainty.CERTAINTY_DEFINITE, partition + ": " + what, cause);
    }
}
