package io.millrace.cli.produce;

import io.millrace.client.MillraceException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a whole input.
 *
 * @param records that were handed to a writer
 * @param bytes of their keys, separators and values: of the lines
 * @param indeterminate records that may or may not be stored
 * @param partitions that got at least one record
 */
record Summary(
        long records,
        long bytes,
        long acknowledged,
        long indeterminate,
        int partitions,
        @Nullable MillraceException failure) {

    /** Known not to be stored. */
    long notStored() {
        return records - acknowledged - indeterminate;
    }

    boolean isComplete() {
        return acknowledged == records;
    }

    String text() {
        String text = counted(records, "record") + ", " + counted(bytes, "byte") + ", "
                + counted(partitions, "partition") + ": " + acknowledged + " acknowledged";
        if (indeterminate > 0) {
            text += ", " + indeterminate + " not known to be stored or not";
        }
        return notStored() > 0 ? text + ", " + notStored() + " not stored" : text;
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("records", records);
        json.put("bytes", bytes);
        json.put("partitions", partitions);
        json.put("acknowledged", acknowledged);
        json.put("indeterminate", indeterminate);
        json.put("notStored", notStored());
        return json;
    }
}
