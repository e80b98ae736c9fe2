package io.millrace.coordinator.tree;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds what was read to the nullness that the records declare. The JSON library does not know these annotations and
 * would hand out a null for a missing field, to fail far from the node that lacks it.
 */
final class RecordFields {

    private RecordFields() {}

    /** @throws IllegalArgumentException naming the field that is missing, anywhere inside {@code value} */
    static void requireAll(@Nullable Object value) {
        if (value instanceof Record record) {
            for (RecordComponent field : record.getClass().getRecordComponents()) {
                requireField(record, field);
            }
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(RecordFields::requireElement);
        } else if (value instanceof Collection<?> elements) {
            elements.forEach(RecordFields::requireElement);
        } else if (value == null) {
            throw new IllegalArgumentException("null is not a value");
        }
    }

    private static void requireElement(@Nullable Object element) {
        if (element == null) {
            throw new IllegalArgumentException("an element is null");
        }
        requireAll(element);
    }

    private static void requireField(Record record, RecordComponent field) {
        Object value = read(record, field);
        if (value != null) {
            requireAll(value);
        } else if (!field.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            throw new IllegalArgumentException("field \"" + field.getName() + "\" is missing");
        }
    }

    private static @Nullable Object read(Record record, RecordComponent field) {
        try {
            return field.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot read " + field + " of a public record", e);
        }
    }
}
