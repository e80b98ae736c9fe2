package io.millrace.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of one record, ready to be written at any place of any batch. Moves no position of what it is given. */
final class RecordEncoder {
    private static final int ATTRIBUTES_BYTES = 1;
    private static final ByteBuffer[] NO_KEYS = {};

    private final @Nullable ByteBuffer key;
    private final @Nullable ByteBuffer value;
    private final List<Header> headers;
    private final ByteBuffer[] headerKeys;
    private final long payloadBytes;

    RecordEncoder(@Nullable ByteBuffer key, @Nullable ByteBuffer value, List<Header> headers) {
        this.key = key;
        this.value = value;
        this.headers = headers;
        this.headerKeys = headers.isEmpty() ? NO_KEYS : encodedKeys(headers);
        this.payloadBytes = sizeInBytes(key) + sizeInBytes(value) + headersSizeInBytes();
    }

    private static ByteBuffer[] encodedKeys(List<Header> headers) {
        ByteBuffer[] keys = new ByteBuffer[headers.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = Utf8.encode(headers.get(i).key());
        }
        return keys;
    }

    /** With the largest deltas that there are, and the length before the record. */
    int maxSizeInBytes() {
        return sizeWithLength(ATTRIBUTES_BYTES + Varint.MAX_LONG_BYTES + Varint.MAX_INT_BYTES + payloadBytes);
    }

    void write(long timestampDelta, int offsetDelta, GrowingBuffer to) {
        long bodyBytes =
                ATTRIBUTES_BYTES + Varint.sizeInBytes(timestampDelta) + Varint.sizeInBytes(offsetDelta) + payloadBytes;
        ByteBuffer target = to.reserve(sizeWithLength(bodyBytes));
        Varint.writeInt((int) bodyBytes, target);
        target.put((byte) 0);
        Varint.writeLong(timestampDelta, target);
        Varint.writeInt(offsetDelta, target);
        writeNullable(key, target);
        writeNullable(value, target);
        writeHeaders(target);
    }

    private void writeHeaders(ByteBuffer target) {
        Varint.writeInt(headerKeys.length, target);
        for (int i = 0; i < headerKeys.length; i++) {
            writeNullable(headerKeys[i], target);
            writeNullable(headers.get(i).value(), target);
        }
    }

    private static void writeNullable(@Nullable ByteBuffer bytes, ByteBuffer target) {
        if (bytes == null) {
            Varint.writeInt(-1, target);
        } else {
            Varint.writeInt(bytes.remaining(), target);
            // Absolute: the position of what is given does not move, and a view of it would be garbage for each record.
            int at = target.position();
            target.put(at, bytes, bytes.position(), bytes.remaining()).position(at + bytes.remaining());
        }
    }

    private long headersSizeInBytes() {
        long size = Varint.sizeInBytes(headerKeys.length);
        for (int i = 0; i < headerKeys.length; i++) {
            size += sizeInBytes(headerKeys[i]) + sizeInBytes(headers.get(i).value());
        }
        return size;
    }

    private static long sizeInBytes(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? Varint.sizeInBytes(-1)
                : (long) Varint.sizeInBytes(bytes.remaining()) + bytes.remaining();
    }

    private static int sizeWithLength(long bodyBytes) {
        if (bodyBytes > BatchLayout.MAX_RECORD_BYTES) {
            throw new IllegalArgumentException("a record of " + bodyBytes + " bytes fits no batch");
        }
        return Varint.sizeInBytes(bodyBytes) + (int) bodyBytes;
    }
}
