package io.millrace.client;

import io.millrace.proto.v1.Acks;
import io.millrace.record.Codec;

/**
 * How a {@link PartitionWriter} writes.
 *
 * @param maxBatchBytes of one batch before compression; a single larger record makes a batch of its own. The writer holds
 *     two batches at most: the one in flight and the one being filled
 */
public record WriterConfig(Acks acks, Codec codec, int maxBatchBytes) {
    /** Well below the 1 MiB that a topic allows, and large enough that the cost of a call no longer shows. */
    public static final int DEFAULT_MAX_BATCH_BYTES = 256 << 10;

    public static final WriterConfig DEFAULT = new WriterConfig(Acks.ACKS_ALL, Codec.NONE, DEFAULT_MAX_BATCH_BYTES);

    public WriterConfig {
        if (maxBatchBytes < 1) {
            throw new IllegalArgumentException("maxBatchBytes " + maxBatchBytes);
        }
    }

    public WriterConfig withAcks(Acks newAcks) {
        return new WriterConfig(newAcks, codec, maxBatchBytes);
    }

    public WriterConfig withCodec(Codec newCodec) {
        return new WriterConfig(acks, newCodec, maxBatchBytes);
    }
}
