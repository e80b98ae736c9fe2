package io.millrace.lab.history;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/** Records that follow each other: {@code count} of them, whose offsets and whose values both grow by one. */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"offset", "value", "count"})
public record Run(long offset, long value, int count) {

    public Run {
        if (count < 1 || offset < 0) {
            throw new IllegalArgumentException(count + " records at offset " + offset);
        }
    }

    /** Exclusive. */
    public long endOffset() {
        return offset + count;
    }
}
