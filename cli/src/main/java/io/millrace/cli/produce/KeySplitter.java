package io.millrace.cli.produce;

import io.millrace.cli.shell.CommandFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Cuts a line at the first separator into key and value. A line without one has no key. */
final class KeySplitter {
    /** A line's two parts; views of it. */
    record KeyAndValue(@Nullable ByteBuffer key, ByteBuffer value) {}

    private final byte[] separator;

    /** Null: no line has a key. */
    KeySplitter(@Nullable String separator) {
        this.separator = separator == null ? new byte[0] : separator.getBytes(StandardCharsets.UTF_8);
        if (separator != null && separator.isEmpty()) {
            throw CommandFailure.usage("--key-separator is empty", "Give at least one character.");
        }
    }

    KeyAndValue split(ByteBuffer line) {
        int at = separator.length == 0 ? -1 : find(line);
        if (at < 0) {
            return new KeyAndValue(null, line);
        }
        int valueAt = at + separator.length;
        return new KeyAndValue(
                line.slice(line.position(), at - line.position()), line.slice(valueAt, line.limit() - valueAt));
    }

    private int find(ByteBuffer line) {
        for (int i = line.position(); i <= line.limit() - separator.length; i++) {
            if (isSeparatorAt(line, i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isSeparatorAt(ByteBuffer line, int at) {
        for (int i = 0; i < separator.length; i++) {
            if (line.get(at + i) != separator[i]) {
                return false;
            }
        }
        return true;
    }
}
