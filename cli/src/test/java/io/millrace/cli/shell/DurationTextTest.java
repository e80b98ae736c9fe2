package io.millrace.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationTextTest {
    @Test
    void eachUnitIsUnderstood() {
        assertThat(convert("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(convert("10s")).isEqualTo(Duration.ofSeconds(10));
        assertThat(convert("5m")).isEqualTo(Duration.ofMinutes(5));
        assertThat(convert("1h")).isEqualTo(Duration.ofHours(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "s", "-1s", "1.5s", "10 s", ""})
    void whatHasNoUnitOrNoNumberIsRefused(String text) {
        assertThatThrownBy(() -> convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("500ms, 10s, 5m or 1h");
    }

    private static Duration convert(String text) {
        return new DurationText().convert(text);
    }
}
