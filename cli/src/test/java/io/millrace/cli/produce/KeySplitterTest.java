package io.millrace.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.produce.KeySplitter.KeyAndValue;
import io.millrace.cli.shell.CommandFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeySplitterTest {

    @ParameterizedTest
    @CsvSource({
        "a:b, :, a, b",
        "a:b:c, :, a, b:c",
        ":b, :, '', b",
        "a:, :, a, ''",
        "a::b, ::, a, b",
        "a:b::c, ::, a:b, c"
    })
    void theKeyIsWhatStandsBeforeTheFirstSeparator(String line, String separator, String key, String value) {
        KeyAndValue parts = new KeySplitter(separator).split(inTheMiddleOfABuffer(line));
        assertThat(text(parts.key())).isEqualTo(key);
        assertThat(text(parts.value())).isEqualTo(value);
    }

    @Test
    void aLineWithoutSeparatorHasNoKeyWhichIsNotAnEmptyOne() {
        KeyAndValue parts = new KeySplitter("::").split(inTheMiddleOfABuffer("a:b\n"));
        assertThat(parts.key()).isNull();
        assertThat(text(parts.value())).isEqualTo("a:b\n");
    }

    @Test
    void withoutASeparatorNoLineHasAKey() {
        assertThat(new KeySplitter(null).split(inTheMiddleOfABuffer("a:b")).key())
                .isNull();
    }

    @Test
    void anEmptySeparatorIsAMistake() {
        assertThatThrownBy(() -> new KeySplitter("")).isInstanceOf(CommandFailure.class);
    }

    private static ByteBuffer inTheMiddleOfABuffer(String line) {
        byte[] bytes = ("::" + line + "::").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.wrap(bytes, 2, bytes.length - 4);
    }

    private static @Nullable String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
