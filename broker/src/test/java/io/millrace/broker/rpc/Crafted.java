package io.millrace.broker.rpc;

import io.millrace.record.Codec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;

/** Batches that lie under a checksum that is right. */
final class Crafted {

    static final int ATTRIBUTES = 21;
    static final int LAST_OFFSET_DELTA = 23;
    static final int BASE_TIMESTAMP = 27;
    static final int MAX_TIMESTAMP = 35;
    static final int PRODUCER_ID = 43;
    static final int PRODUCER_EPOCH = 51;
    static final int BASE_SEQUENCE = 53;
    static final int COUNT = 57;
    static final int RECORDS = 61;

    private static final int LENGTH = 8;
    private static final int CRC = 17;

    private Crafted() {}

    /** A sound batch of one record, changed. */
    static ByteBuffer batch(Consumer<ByteBuffer> change) {
        return batch(Codec.NONE, change);
    }

    static ByteBuffer batch(Codec codec, Consumer<ByteBuffer> change) {
        ByteBuffer batch = Requests.batch(codec, "value");
        change.accept(batch);
        return sealed(batch);
    }

    /** A sound header of {@code count} records over other bytes than theirs. */
    static ByteBuffer over(Codec codec, int count, byte[] records) {
        ByteBuffer batch = ByteBuffer.allocate(RECORDS + records.length);
        batch.put(Requests.batch(codec, "value").limit(RECORDS)).put(records).flip();
        batch.putInt(COUNT, count).putInt(LAST_OFFSET_DELTA, count - 1);
        return sealed(batch);
    }

    /** What a batch holds behind its header. */
    static byte[] records(ByteBuffer batch) {
        byte[] records = new byte[batch.remaining() - RECORDS];
        batch.duplicate().position(RECORDS).get(records);
        return records;
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A zstd frame of 4 bytes for each 128 KiB: first {@code head} as it is, and then so many blocks of one byte. */
    static byte[] zstdBomb(byte[] head, byte repeated, int blocks) {
        int blockBytes = 1 << 17;
        int rle = 1;
        ByteBuffer frame = ByteBuffer.allocate(6 + 3 + head.length + blocks * 4).order(ByteOrder.LITTLE_ENDIAN);
        int windowOf128KiB = 7 << 3;
        frame.putInt(0xFD2FB528).put((byte) 0).put((byte) windowOf128KiB);
        putBlockHeader(frame, head.length, 0, false);
        frame.put(head);
        for (int i = 0; i < blocks; i++) {
            putBlockHeader(frame, blockBytes, rle, i == blocks - 1);
            frame.put(repeated);
        }
        return frame.array();
    }

    private static void putBlockHeader(ByteBuffer frame, int size, int type, boolean isLast) {
        int header = size << 3 | type << 1 | (isLast ? 1 : 0);
        frame.put((byte) header).put((byte) (header >> 8)).put((byte) (header >> 16));
    }

    private static ByteBuffer sealed(ByteBuffer batch) {
        batch.putInt(LENGTH, batch.limit() - 12);
        CRC32C crc = new CRC32C();
        crc.update(batch.duplicate().position(ATTRIBUTES));
        return batch.putInt(CRC, (int) crc.getValue());
    }
}
