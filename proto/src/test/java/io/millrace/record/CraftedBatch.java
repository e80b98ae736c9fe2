package io.millrace.record;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A batch whose every field can lie, always under a valid CRC. As it comes it has no records: count, last offset delta
 * and timestamps are set by the test.
 */
final class CraftedBatch {
    static final long BASE_MS = 1_000;

    byte magic = BatchLayout.MAGIC;
    int attributes;
    int lastOffsetDelta;
    long baseTimestampMs = BASE_MS;
    long maxTimestampMs = BASE_MS;
    long producerId = -1;
    short producerEpoch = -1;
    int baseSequence = -1;
    int recordCount = 1;
    byte[] records = new byte[0];

    /** A sound batch of records with the offset deltas 0 to count-1 and all with the base timestamp. */
    static CraftedBatch sound(int count) {
        CraftedBatch batch = new CraftedBatch();
        batch.recordCount = count;
        batch.lastOffsetDelta = count - 1;
        for (int i = 0; i < count; i++) {
            batch.add(new RawRecord(i));
        }
        return batch;
    }

    CraftedBatch with(Consumer<CraftedBatch> change) {
        change.accept(this);
        return this;
    }

    CraftedBatch add(RawRecord record) {
        return addBytes(record.encode());
    }

    CraftedBatch addBytes(byte... bytes) {
        records = ByteBuffer.allocate(records.length + bytes.length)
                .put(records)
                .put(bytes)
                .array();
        return this;
    }

    /** Turns the record bytes into one zstd frame of them. */
    CraftedBatch compress() {
        return compress(Codec.ZSTD);
    }

    /** Turns the record bytes into what a producer with that codec sends. */
    CraftedBatch compress(Codec codec) {
        attributes |= codec.id();
        records = codec == Codec.NONE ? records : CompressedBytes.of(codec, records);
        return this;
    }

    ByteBuffer build() {
        ByteBuffer batch = ByteBuffer.allocate(BatchLayout.HEADER_BYTES + records.length);
        batch.putLong(0).putInt(batch.capacity() - 12).putInt(-1).put(magic).putInt(0);
        batch.putShort((short) attributes).putInt(lastOffsetDelta);
        batch.putLong(baseTimestampMs).putLong(maxTimestampMs);
        batch.putLong(producerId).putShort(producerEpoch).putInt(baseSequence).putInt(recordCount);
        batch.put(records).flip();
        return withCrc(batch);
    }

    /** Writes the right CRC, and length, into a batch that was tampered with. */
    static ByteBuffer withCrc(ByteBuffer batch) {
        batch.putInt(BatchLayout.LENGTH_AT, batch.limit() - BatchLayout.LENGTH_OVERHEAD);
        return batch.putInt(BatchLayout.CRC_AT, (int) RecordBatch.crcOf(batch));
    }

    /** A record whose every length can lie; as it comes it is sound: key "k", value "v", no headers. */
    static final class RawRecord {
        int lengthLie;
        byte attributes;
        long timestampDelta;
        int offsetDelta;
        int keyLength = 1;
        int valueLength = 1;
        int headerCount;
        byte[] afterHeaderCount = new byte[0];

        RawRecord(int offsetDelta) {
            this.offsetDelta = offsetDelta;
        }

        RawRecord with(Consumer<RawRecord> change) {
            change.accept(this);
            return this;
        }

        RawRecord header(byte[] key, int valueLength, byte... value) {
            headerCount++;
            ByteBuffer header = ByteBuffer.allocate(afterHeaderCount.length + 10 + key.length + value.length);
            header.put(afterHeaderCount);
            Varint.writeInt(key.length, header);
            header.put(key);
            Varint.writeInt(valueLength, header);
            header.put(value);
            afterHeaderCount = bytesOf(header.flip());
            return this;
        }

        byte[] encode() {
            ByteBuffer body = ByteBuffer.allocate(64 + afterHeaderCount.length);
            body.put(attributes);
            Varint.writeLong(timestampDelta, body);
            Varint.writeInt(offsetDelta, body);
            Varint.writeInt(keyLength, body);
            body.put((byte) 'k');
            Varint.writeInt(valueLength, body);
            body.put((byte) 'v');
            Varint.writeInt(headerCount, body);
            body.put(afterHeaderCount).flip();
            ByteArrayOutputStream record = new ByteArrayOutputStream();
            record.writeBytes(varint(body.limit() + lengthLie));
            record.writeBytes(bytesOf(body));
            return record.toByteArray();
        }
    }

    static byte[] varint(long value) {
        ByteBuffer bytes = ByteBuffer.allocate(Varint.MAX_LONG_BYTES);
        Varint.writeLong(value, bytes);
        return bytesOf(bytes.flip());
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] bytesOf(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
