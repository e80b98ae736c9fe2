package io.millrace.client;

import io.millrace.proto.v1.ProduceResponse;

/** What {@link SendMachine} wants done. Nothing here calls the machine back before it has returned. */
interface SendEffects {
    /** Connect to a leader; its window, its frames' answers and its end come back under this id. */
    void open(long streamId, String endpoint);

    /** @return whether the stream takes more without queueing; where not, the machine is told when it does */
    boolean send(long streamId, long frameId, TopicPartition partition, SendBatch batch);

    /** Drop the stream; nothing of it comes back any more. */
    void cancel(long streamId, String why);

    /** Ask who leads the topic's partitions; the machine is told when the question is answered. */
    void askNews(String topic);

    /** Get a producer id, until there is one. */
    void askProducerId();

    void acknowledge(TopicPartition partition, SendBatch batch, ProduceResponse answer);

    void fail(SendBatch batch, MillraceException failure);
}
