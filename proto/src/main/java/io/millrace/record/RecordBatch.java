package io.millrace.record;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A view over exactly one encoded batch; the bytes stay where they are. It may be read by many threads, as long as
 * nobody stamps it or writes to the buffer. Nothing but length and magic is known to be right until
 * {@link BatchValidator} has said so.
 */
public final class RecordBatch {
    private final ByteBuffer bytes;

    private RecordBatch(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * Wraps the bytes from position to limit, heap or direct, without moving the position.
     *
     * @throws CorruptBatchException if they are not one whole batch by its own length, or its magic is not 2
     */
    public static RecordBatch wrap(ByteBuffer batch) {
        int remaining = batch.remaining();
        if (remaining < BatchLayout.HEADER_BYTES) {
            throw CorruptBatchException.malformed(remaining + " bytes are less than a batch header");
        }
        long size = BatchLayout.sizeInBytesAt(batch.slice(), 0);
        if (size != remaining) {
            throw CorruptBatchException.malformed("a batch of " + size + " bytes in " + remaining + " bytes");
        }
        RecordBatch wrapped = new RecordBatch(batch.slice());
        if (wrapped.magic() != BatchLayout.MAGIC) {
            throw CorruptBatchException.malformed("magic " + wrapped.magic() + " where 2 is known");
        }
        return wrapped;
    }

    /** The bytes of the batch, from position to limit; each call makes a view with its own position. */
    public ByteBuffer buffer() {
        return bytes.duplicate();
    }

    public int sizeInBytes() {
        return bytes.limit();
    }

    public long baseOffset() {
        return bytes.getLong(BatchLayout.BASE_OFFSET_AT);
    }

    public int partitionLeaderEpoch() {
        return bytes.getInt(BatchLayout.PARTITION_LEADER_EPOCH_AT);
    }

    private byte magic() {
        return bytes.get(BatchLayout.MAGIC_AT);
    }

    /** The checksum that the batch carries, as an unsigned 32-bit number. */
    public long crc() {
        return Integer.toUnsignedLong(bytes.getInt(BatchLayout.CRC_AT));
    }

    /** All 16 bits of them, as an unsigned number. */
    public int attributes() {
        return Short.toUnsignedInt(bytes.getShort(BatchLayout.ATTRIBUTES_AT));
    }

    /** @throws CorruptBatchException if the codec's id has no meaning, with the kind UNSUPPORTED_CODEC */
    public Codec codec() {
        return Codec.ofId(attributes() & BatchLayout.CODEC_MASK);
    }

    /** Whether every record's timestamp is the batch's maxTimestamp. */
    public boolean isLogAppendTime() {
        return (attributes() & BatchLayout.LOG_APPEND_TIME_BIT) != 0;
    }

    public boolean isControl() {
        return (attributes() & BatchLayout.CONTROL_BIT) != 0;
    }

    public boolean isTransactional() {
        return (attributes() & BatchLayout.TRANSACTIONAL_BIT) != 0;
    }

    public int lastOffsetDelta() {
        return bytes.getInt(BatchLayout.LAST_OFFSET_DELTA_AT);
    }

    /** Inclusive. */
    public long lastOffset() {
        return baseOffset() + lastOffsetDelta();
    }

    /** The offset after the last one: where the next batch begins. */
    public long nextOffset() {
        return lastOffset() + 1;
    }

    public long baseTimestampMs() {
        return bytes.getLong(BatchLayout.BASE_TIMESTAMP_AT);
    }

    public long maxTimestampMs() {
        return bytes.getLong(BatchLayout.MAX_TIMESTAMP_AT);
    }

    /** -1 for none. */
    public long producerId() {
        return bytes.getLong(BatchLayout.PRODUCER_ID_AT);
    }

    /** -1 for none. */
    public short producerEpoch() {
        return bytes.getShort(BatchLayout.PRODUCER_EPOCH_AT);
    }

    /** -1 for none. */
    public int baseSequence() {
        return bytes.getInt(BatchLayout.BASE_SEQUENCE_AT);
    }

    /** As the batch says; nothing may be allocated by it. */
    public int recordCount() {
        return bytes.getInt(BatchLayout.RECORD_COUNT_AT);
    }

    /** Whether the bytes from the attributes on match the batch's checksum. Reads the whole batch. */
    public boolean isCrcValid() {
        return crc() == crcOf(bytes);
    }

    /** CRC-32C of what it covers, of a batch that begins at index 0 of the buffer and ends at its limit. */
    static long crcOf(ByteBuffer batch) {
        CRC32C crc = new CRC32C();
        crc.update(batch.duplicate().position(BatchLayout.ATTRIBUTES_AT));
        return crc.getValue();
    }

    /**
     * Writes into the batch what only its leader knows; neither field is under the CRC.
     *
     * @throws java.nio.ReadOnlyBufferException if the wrapped buffer is read-only
     */
    public void stamp(long baseOffset, int partitionLeaderEpoch) {
        bytes.putLong(BatchLayout.BASE_OFFSET_AT, baseOffset);
        bytes.putInt(BatchLayout.PARTITION_LEADER_EPOCH_AT, partitionLeaderEpoch);
    }

    /**
     * Reads the records one after the other. To be closed by the caller.
     *
     * @param maxInflatedBytes how much a compressed batch may inflate to, inclusive; more is a CorruptBatchException of
     *     the kind TOO_LARGE once the reader gets there. Means nothing for an uncompressed batch
     * @throws CorruptBatchException if the codec's id has no meaning, or what follows is not of that codec
     */
    public RecordReader records(long maxInflatedBytes) {
        return new RecordReader(this, maxInflatedBytes, BatchLayout.MAX_RECORD_BYTES);
    }
}
