package io.millrace.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void everyByteCanBeReadBackFromItsLine() {
        byte[] bytes = {'a', '\n', '\r', '\t', '"', '\\', 0, (byte) 0xff, '~', 0x7f};

        assertThat(Printable.escaped(ByteBuffer.wrap(bytes))).isEqualTo("\"a\\n\\r\\t\\\"\\\\\\x00\\xff~\\x7f\"");
    }

    @Test
    void noValueIsNotAnEmptyValue() {
        assertThat(Printable.escaped(null)).isEqualTo("null");
        assertThat(Printable.escaped(ByteBuffer.allocate(0))).isEqualTo("\"\"");
    }
}
