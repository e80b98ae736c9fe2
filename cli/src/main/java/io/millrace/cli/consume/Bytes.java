package io.millrace.cli.consume;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts bytes on stdout as they are. */
final class Bytes {
    private Bytes() {}

    static void write(PrintStream out, @Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return;
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        out.write(copy, 0, copy.length);
    }

    static void write(PrintStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
    }
}
