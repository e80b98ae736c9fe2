package io.millrace.lab.history;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Records that follow each other: {@code count} of them, whose offsets and whose values both grow by one.
 *
 * @param count at most a million; what is longer takes several
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"offset", "value", "count"})
public record Run(long offset, long value, int count) {

    public Run {
        Bounds.checkOffset(offset);
        Bounds.checkValues(value, count);
    }

    /** Exclusive. */
    public long endOffset() {
        return offset + count;
    }
}
