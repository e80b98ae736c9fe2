package io.millrace.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record's contents, equal by content, for comparing what went in with what came out. */
record TestRecord(
        long timestampMs,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<Header> headers) {

    static TestRecord of(long timestampMs, @Nullable String key, @Nullable String value, Header... headers) {
        return new TestRecord(timestampMs, utf8(key), utf8(value), List.of(headers));
    }

    static Header header(String key, @Nullable String value) {
        return new Header(key, utf8(value));
    }

    static @Nullable ByteBuffer utf8(@Nullable String text) {
        return text == null ? null : ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static ByteBuffer encode(Codec codec, List<TestRecord> records) {
        RecordBatchBuilder builder = new RecordBatchBuilder(codec);
        records.forEach(record -> record.appendTo(builder));
        return builder.build();
    }

    void appendTo(RecordBatchBuilder builder) {
        builder.append(timestampMs, key, value, headers);
    }

    /** Every record of a batch; fails if their offsets are not dense from the base offset on. */
    static List<TestRecord> decode(ByteBuffer encoded) {
        RecordBatch batch = RecordBatch.wrap(encoded);
        List<TestRecord> decoded = new ArrayList<>();
        try (RecordReader reader = batch.records(1 << 26)) {
            while (reader.next()) {
                Record record = reader.record();
                if (record.offset() != batch.baseOffset() + decoded.size()) {
                    throw new AssertionError("offset " + record.offset() + " at index " + decoded.size());
                }
                decoded.add(new TestRecord(record.timestampMs(), record.key(), record.value(), record.headers()));
            }
        }
        return decoded;
    }
}
