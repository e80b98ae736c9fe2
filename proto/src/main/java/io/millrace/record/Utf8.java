package io.millrace.record;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8: the JDK's shortcuts put a replacement character where they fail, which would change data silently. */
final class Utf8 {
    private Utf8() {}

    static String decode(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new CorruptBatchException(
                    new BatchDefect(BatchDefect.Kind.MALFORMED, "a header key is not valid UTF-8"), e);
        }
    }

    /** @throws IllegalArgumentException if the text has half a surrogate pair */
    static ByteBuffer encode(String text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a header key cannot be written as UTF-8", e);
        }
    }
}
