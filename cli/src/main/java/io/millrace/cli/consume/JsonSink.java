package io.millrace.cli.consume;

import io.millrace.cli.shell.Json;
import io.millrace.record.Header;
import io.millrace.record.Record;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object for each record, one a line. JSON has no bytes, so what is not UTF-8 comes as Base64 under the name
 * with {@code Base64} behind it.
 */
final class JsonSink implements RecordSink {
    @Override
    public void write(PrintStream out, String topic, int partition, Record record) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("topic", topic);
        json.put("partition", partition);
        json.put("offset", record.offset());
        json.put("timestampMs", record.timestampMs());
        put(json, "key", record.key());
        put(json, "value", record.value());
        json.put("headers", headers(record));
        Json.print(out, json);
    }

    private static List<Object> headers(Record record) {
        List<Object> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("key", header.key());
            put(json, "value", header.value());
            headers.add(json);
        }
        return headers;
    }

    private static void put(Map<String, @Nullable Object> json, String name, @Nullable ByteBuffer bytes) {
        if (bytes == null) {
            json.put(name, null);
            return;
        }
        try {
            json.put(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(bytes.duplicate())
                            .toString());
        } catch (CharacterCodingException e) {
            json.put(
                    name + "Base64",
                    StandardCharsets.ISO_8859_1
                            .decode(Base64.getEncoder().encode(bytes.duplicate()))
                            .toString());
        }
    }
}
