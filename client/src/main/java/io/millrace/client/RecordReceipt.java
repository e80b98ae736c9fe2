package io.millrace.client;

import io.millrace.proto.v1.AppendOutcome;

/**
 * Where a record went, and what is known of it.
 *
 * @param offset -1 with acks NONE, where nobody knows it
 * @param timestampMs the record's own, milliseconds since the epoch
 * @param leaderEpoch of the leader that answered
 * @param isrSize number of in-sync replicas when it answered
 * @param durable true where each replica that counts had the record on disk before the answer
 */
public record RecordReceipt(
        String topic,
        int partition,
        long offset,
        long timestampMs,
        AppendOutcome outcome,
        int leaderEpoch,
        int isrSize,
        boolean durable) {}
