package io.millrace.coordinator.tree;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.UncheckedIOException;

/**
 * The records of this package as JSON and back: compact, fields in the order of the record, maps in the order of their
 * keys (numbers as numbers), absent values left out. Safe on every thread.
 */
public final class NodeCodec {

    private static final JsonMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Integer, c -> c.setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
            .withCoercionConfig(LogicalType.Textual, c -> {
                c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                c.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                c.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
            })
            .build();

    private NodeCodec() {}

    public static String encode(Record value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            // The records of this package hold nothing that JSON cannot: only a broken build gets here.
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Fields that {@code type} does not know are ignored.
     *
     * @throws MalformedNodeException where {@code data} is not JSON, a field is missing (unless it is nullable) or has
     *     another type; the message names {@code path}
     */
    public static <T extends Record> T decode(String path, String data, Class<T> type) {
        try {
            T value = JSON.readValue(data, type);
            RecordFields.requireAll(value);
            return value;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new MalformedNodeException(path, e);
        }
    }
}
