package io.millrace.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record as read from a batch. Immutable; its buffers are read-only views into the batch, or into a block of what
 * the batch inflated to, and stay valid after the reader has moved on and was closed, as long as nobody writes to the
 * batch's buffer.
 */
// The field's own name; java.lang.Record is never named by hand, and a name in the package or an import wins over it.
@SuppressWarnings("JavaLangClash")
public final class Record {
    private final long offset;
    private final long timestampMs;
    private final int attributes;
    private final @Nullable ByteBuffer key;
    private final @Nullable ByteBuffer value;
    private final List<Header> headers;

    /** Reads a record's body: the bytes after its length, from position to limit, and no others. */
    Record(RecordBatch batch, ByteBuffer body) {
        attributes = readAttributes(body);
        long timestampDelta = Varint.readLong(body);
        timestampMs = batch.isLogAppendTime() ? batch.maxTimestampMs() : batch.baseTimestampMs() + timestampDelta;
        offset = batch.baseOffset() + Varint.readInt(body);
        key = readNullable(body, "key");
        value = readNullable(body, "value");
        headers = readHeaders(body);
        if (body.hasRemaining()) {
            throw CorruptBatchException.malformed(body.remaining() + " bytes after the last header of a record");
        }
    }

    public long offset() {
        return offset;
    }

    /** Milliseconds since the epoch. */
    public long timestampMs() {
        return timestampMs;
    }

    /** A read-only view with its own position, made anew by each call; null is not the same as empty. */
    public @Nullable ByteBuffer key() {
        return key == null ? null : key.duplicate();
    }

    /** A read-only view with its own position, made anew by each call; null is not the same as empty. */
    public @Nullable ByteBuffer value() {
        return value == null ? null : value.duplicate();
    }

    /** In the order in which they were sent, duplicates included; cannot be changed. */
    public List<Header> headers() {
        return headers;
    }

    int attributes() {
        return attributes;
    }

    private static int readAttributes(ByteBuffer body) {
        if (!body.hasRemaining()) {
            throw CorruptBatchException.malformed("a record without a body");
        }
        return body.get();
    }

    private static @Nullable ByteBuffer readNullable(ByteBuffer body, String what) {
        int length = Varint.readInt(body);
        return length == -1 ? null : read(body, length, what);
    }

    private static ByteBuffer read(ByteBuffer body, int length, String what) {
        if (length < 0 || length > body.remaining()) {
            throw CorruptBatchException.malformed(
                    "a " + what + " of " + length + " bytes where " + body.remaining() + " are left of its record");
        }
        int start = body.position();
        body.position(start + length);
        return body.slice(start, length);
    }

    private static List<Header> readHeaders(ByteBuffer body) {
        int count = Varint.readInt(body);
        if (count < 0) {
            throw CorruptBatchException.malformed("a header count of " + count);
        }
        if (count == 0) {
            return List.of();
        }
        // Grows with what is there: the count may lie.
        List<Header> headers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ByteBuffer key = read(body, Varint.readInt(body), "header key");
            headers.add(new Header(Utf8.decode(key), readNullable(body, "header value")));
        }
        return List.copyOf(headers);
    }
}
