package io.millrace.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One header of a record. Order and duplicates are kept. Equal by content.
 *
 * @param value the bytes from position to limit; null is not the same as empty. Not copied: by agreement nobody writes
 *     to them afterwards
 */
public record Header(String key, @Nullable ByteBuffer value) {

    public Header {
        value = value == null ? null : value.asReadOnlyBuffer();
    }

    /** A read-only view with its own position, made anew by each call. */
    @Override
    public @Nullable ByteBuffer value() {
        return value == null ? null : value.duplicate();
    }
}
