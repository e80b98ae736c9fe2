package io.millrace.cli.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Bytes as one line of ASCII from which they can be read back. */
final class Printable {
    private Printable() {}

    /** In quotes, with everything but printable ASCII escaped; {@code null} without quotes for no value. */
    static String escaped(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return "null";
        }
        StringBuilder text = new StringBuilder("\"");
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            append(text, rest.get());
        }
        return text.append('"').toString();
    }

    private static void append(StringBuilder text, byte value) {
        switch (value) {
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            case '"', '\\' -> text.append('\\').append((char) value);
            default -> {
                if (value >= ' ' && value <= '~') {
                    text.append((char) value);
                } else {
                    text.append(String.format("\\x%02x", value));
                }
            }
        }
    }
}
