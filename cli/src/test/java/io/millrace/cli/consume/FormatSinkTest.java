package io.millrace.cli.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.record.Codec;
import io.millrace.record.Header;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordBatchBuilder;
import io.millrace.record.RecordReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FormatSinkTest {
    private static final List<Header> HEADERS =
            List.of(new Header("a", bytes("1")), new Header("a", null), new Header("b", bytes("2")));

    @Test
    void everyFieldIsReplaced() {
        assertThat(format("%t %p %o %k %s %T %h\\n", bytes("key"), bytes("value"), HEADERS))
                .isEqualTo("topic 3 0 key value 1234 a=1,a=,b=2\n");
    }

    @Test
    void escapesAndPercentStandForThemselves() {
        assertThat(format("\\\\n\\t%%s\\n", null, null, List.of())).isEqualTo("\\n\t%s\n");
    }

    @Test
    void nullIsPrintedAsNothing() {
        assertThat(format("[%k][%s]", null, null, List.of())).isEqualTo("[][]");
    }

    @Test
    void bytesThatAreNoTextComeThroughUnchanged() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] raw = {(byte) 0xc3, 0, '\n'};
        write(out, "%s", null, ByteBuffer.wrap(raw), List.of());
        assertThat(out.toByteArray()).isEqualTo(raw);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%x", "%", "abc\\", "\\r", "%s%"})
    void whatIsUnknownOrUnfinishedIsAMistakeOnTheCommandLine(String format) {
        assertThatThrownBy(() -> FormatSink.parse(format))
                .isInstanceOfSatisfying(
                        CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCodes.USAGE));
    }

    private static String format(
            String format, @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<Header> headers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, format, key, value, headers);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void write(
            ByteArrayOutputStream to,
            String format,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<Header> headers) {
        ByteBuffer batch = new RecordBatchBuilder(Codec.NONE)
                .append(1_234, key, value, headers)
                .build();
        try (RecordReader reader = RecordBatch.wrap(batch).records(1_000);
                PrintStream out = new PrintStream(to, false, StandardCharsets.UTF_8)) {
            assertThat(reader.next()).isTrue();
            FormatSink.parse(format).write(out, "topic", 3, reader.record());
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
