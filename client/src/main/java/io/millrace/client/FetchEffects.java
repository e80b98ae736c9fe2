package io.millrace.client;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** What {@link FetchMachine} wants done. Nothing here calls the machine back before it has returned. */
interface FetchEffects {
    void open(long streamId, String endpoint, TopicPartition partition, long offset, int maxBytes);

    /** Lets the broker send so much more. */
    void credit(long streamId, long records, long bytes);

    /** Drop the stream; nothing of it comes back any more. */
    void cancel(long streamId);

    /** Find the offset of a position; the answer names the turn. */
    void find(TopicPartition partition, int turn, StartPosition position);

    /** Ask who leads the topic's partitions; the machine is told when the question is answered. */
    void askNews(String topic);

    /** The position is known: the application may ask for it. */
    void onFound(TopicPartition partition, int turn, long offset);

    /** Whole batches; records below {@code from} were not asked for. */
    void deliver(TopicPartition partition, int turn, long from, long next, ByteString batches);

    /**
     * Some partition cannot be reached, which may pass, and is waited for; null where there is none. Said again and again.
     */
    void holdUp(@Nullable MillraceException why);

    /** The partition gives no more until the application seeks. */
    void fail(TopicPartition partition, int turn, MillraceException failure);
}
