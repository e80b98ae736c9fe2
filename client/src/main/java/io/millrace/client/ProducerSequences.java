package io.millrace.client;

import io.millrace.proto.v1.InitProducerResponse;
import io.millrace.record.RecordBatchBuilder;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the batches of one writer to one partition, so that a broker recognises one that it has. The id is the writer's
 * own: a later writer to the same partition cannot know how far one before it came that failed.
 *
 * <p>One batch at a time: the next is marked after the answer for the one before, which also hands over the plain fields.
 */
final class ProducerSequences {
    private final MillraceClient client;
    private @Nullable CompletableFuture<InitProducerResponse> producer;
    private int nextSequence;

    ProducerSequences(MillraceClient client) {
        this.client = client;
    }

    /** Gives the batch its place; done once this writer has an id. */
    CompletableFuture<RecordBatchBuilder> mark(RecordBatchBuilder records) {
        CompletableFuture<InitProducerResponse> known = producer == null ? client.initProducerAsync() : producer;
        producer = known;
        return known.handle((id, failure) -> {
            if (failure != null) {
                throw RetryingCall.beforeSending(RetryingCall.unwrap(failure));
            }
            int sequence = nextSequence;
            // Goes on at 0 after the largest int.
            nextSequence = (sequence + records.recordCount()) & Integer.MAX_VALUE;
            return records.producer(id.getProducerId(), (short) id.getProducerEpoch(), sequence);
        });
    }
}
