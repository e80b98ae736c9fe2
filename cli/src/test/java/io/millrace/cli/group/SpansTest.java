package io.millrace.cli.group;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpansTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.0 s",
        "59.94, 59.9 s",
        "60, 1 min 0 s",
        "3599, 59 min 59 s",
        "3600, 1 h 0 min",
        "86399, 23 h 59 min",
        "86400, 1 d 0 h",
        "176400, 2 d 1 h"
    })
    void aSpanHasItsTwoLargestUnits(double seconds, String text) {
        Duration span = Duration.newBuilder()
                .setSeconds((long) seconds)
                .setNanos((int) Math.round((seconds - (long) seconds) * 1e9))
                .build();
        assertThat(Spans.text(span)).isEqualTo(text);
    }
}
