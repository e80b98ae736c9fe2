package io.millrace.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes records into one batch, as a producer sends it: base offset 0, leader epoch -1, CreateTime, no producer id
 * unless one is set. Copies what it is given. Belongs to one thread at a time and builds once.
 */
public final class RecordBatchBuilder {
    private static final int NO_PRODUCER = -1;
    private static final int NO_LEADER_EPOCH = -1;

    private final Codec codec;
    private final GrowingBuffer encoded = new GrowingBuffer();
    private int recordCount;
    private long baseTimestampMs;
    private long maxTimestampMs;
    private long producerId = NO_PRODUCER;
    private short producerEpoch = NO_PRODUCER;
    private int baseSequence = NO_PRODUCER;
    private boolean isBuilt;

    public RecordBatchBuilder(Codec codec) {
        this.codec = codec;
        // The header's place; it is written last.
        encoded.reserve(BatchLayout.HEADER_BYTES).position(BatchLayout.HEADER_BYTES);
    }

    /** Marks the batch as the one that the producer counts from {@code baseSequence} on. All three are 0 or more. */
    public RecordBatchBuilder producer(long producerId, short producerEpoch, int baseSequence) {
        if (producerId < 0 || producerEpoch < 0 || baseSequence < 0) {
            throw new IllegalArgumentException(
                    "producer " + producerId + ", epoch " + producerEpoch + ", sequence " + baseSequence);
        }
        this.producerId = producerId;
        this.producerEpoch = producerEpoch;
        this.baseSequence = baseSequence;
        return this;
    }

    /**
     * Adds a record. Key, value and header values are the bytes from position to limit; no position is moved.
     *
     * @param timestampMs milliseconds since the epoch, 0 or more; may be less than the record's before
     * @throws IllegalArgumentException if the timestamp is negative or a header key cannot be written as UTF-8; nothing
     *     was added then
     */
    public RecordBatchBuilder append(
            long timestampMs, @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<Header> headers) {
        requireNotBuilt();
        if (timestampMs < 0) {
            throw new IllegalArgumentException("timestamp " + timestampMs + " ms is negative");
        }
        if (recordCount == 0) {
            baseTimestampMs = timestampMs;
        }
        RecordEncoder record = new RecordEncoder(key, value, headers);
        record.write(timestampMs - baseTimestampMs, recordCount, encoded);
        maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
        recordCount++;
        return this;
    }

    public int recordCount() {
        return recordCount;
    }

    /** What {@link #build()} would return at most now; without compression, exactly that. */
    public int estimatedSizeInBytes() {
        int records = encoded.sizeInBytes() - BatchLayout.HEADER_BYTES;
        return BatchLayout.HEADER_BYTES + maxEncodedBytes(records);
    }

    /** How many bytes a record can add at most to an uncompressed batch, whatever its place in it. */
    public static int maxRecordSizeInBytes(@Nullable ByteBuffer key, @Nullable ByteBuffer value, List<Header> headers) {
        return new RecordEncoder(key, value, headers).maxSizeInBytes();
    }

    /**
     * The encoded batch, from position to limit of a heap buffer that belongs to the caller.
     *
     * @throws IllegalStateException if there is no record, or the batch was built before
     */
    public ByteBuffer build() {
        requireNotBuilt();
        if (recordCount == 0) {
            throw new IllegalStateException("a batch has at least one record");
        }
        isBuilt = true;
        ByteBuffer batch = codec == Codec.NONE ? encoded.written() : compressed();
        writeHeader(batch);
        return batch;
    }

    private int maxEncodedBytes(int recordBytes) {
        return codec == Codec.NONE
                ? recordBytes
                : Math.toIntExact(Compression.of(codec).maxCompressedBytes(recordBytes));
    }

    private ByteBuffer compressed() {
        GrowingBuffer target = new GrowingBuffer();
        target.reserve(BatchLayout.HEADER_BYTES).position(BatchLayout.HEADER_BYTES);
        Compression.of(codec).compress(encoded.written().position(BatchLayout.HEADER_BYTES), target);
        return target.written();
    }

    private void writeHeader(ByteBuffer batch) {
        batch.putInt(BatchLayout.LENGTH_AT, batch.limit() - BatchLayout.LENGTH_OVERHEAD)
                .putInt(BatchLayout.PARTITION_LEADER_EPOCH_AT, NO_LEADER_EPOCH)
                .put(BatchLayout.MAGIC_AT, BatchLayout.MAGIC)
                .putShort(BatchLayout.ATTRIBUTES_AT, (short) codec.id())
                .putInt(BatchLayout.LAST_OFFSET_DELTA_AT, recordCount - 1)
                .putLong(BatchLayout.BASE_TIMESTAMP_AT, baseTimestampMs)
                .putLong(BatchLayout.MAX_TIMESTAMP_AT, maxTimestampMs)
                .putLong(BatchLayout.PRODUCER_ID_AT, producerId)
                .putShort(BatchLayout.PRODUCER_EPOCH_AT, producerEpoch)
                .putInt(BatchLayout.BASE_SEQUENCE_AT, baseSequence)
                .putInt(BatchLayout.RECORD_COUNT_AT, recordCount)
                .putInt(BatchLayout.CRC_AT, (int) RecordBatch.crcOf(batch));
    }

    private void requireNotBuilt() {
        if (isBuilt) {
            throw new IllegalStateException("the batch was built already");
        }
    }
}
