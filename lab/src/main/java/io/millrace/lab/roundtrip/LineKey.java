package io.millrace.lab.roundtrip;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which line of which file a record is; on the wire {@code <file>:<line>} in decimal ASCII.
 *
 * @param file index of the file in the order given, from 0
 * @param line number of the line in its file, from 0
 */
public record LineKey(int file, int line) {
    // No leading zeros: one line has exactly one spelling, so a damaged key cannot pass for a whole one.
    private static final Pattern SPELLING = Pattern.compile("(0|[1-9][0-9]{0,8}):(0|[1-9][0-9]{0,8})");
    private static final int LONGEST_BYTES = 19;

    public LineKey {
        if (file < 0 || line < 0) {
            throw new IllegalArgumentException("negative index: " + file + ":" + line);
        }
    }

    /** The key's bytes as a record carries them. */
    public ByteBuffer encode() {
        return ByteBuffer.wrap((file + ":" + line).getBytes(StandardCharsets.US_ASCII));
    }

    /** The line that a record's key names; empty where it is not a key of this laboratory. */
    public static Optional<LineKey> parse(@Nullable ByteBuffer key) {
        if (key == null || key.remaining() > LONGEST_BYTES) {
            return Optional.empty();
        }
        Matcher parts = SPELLING.matcher(StandardCharsets.ISO_8859_1.decode(key.duplicate()));
        return parts.matches()
                ? Optional.of(new LineKey(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))))
                : Optional.empty();
    }
}
