package io.millrace.cli.produce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.shell.CommandFailure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LineReaderTest {

    /** Gives at most so many bytes at a time, so that every boundary between reads is tried. */
    private static InputStream inPieces(byte[] bytes, int pieceBytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, pieceBytes));
            }
        };
    }

    private static List<String> lines(byte[] input, int pieceBytes, int maxLineBytes) throws IOException {
        LineReader reader = new LineReader(inPieces(input, pieceBytes), maxLineBytes);
        List<String> lines = new ArrayList<>();
        for (ByteBuffer line = reader.next(); line != null; line = reader.next()) {
            lines.add(StandardCharsets.ISO_8859_1.decode(line).toString());
        }
        return lines;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 100})
    void linesEndAfterEachLfAndKeepTheirEnd(int pieceBytes) throws IOException {
        byte[] input = bytes("lf\ncrlf\r\n\n\r\n\0\n\rlone cr\r\rx\n\u00ff");
        assertThat(lines(input, pieceBytes, 50))
                .containsExactly("lf\n", "crlf\r\n", "\n", "\r\n", "\0\n", "\rlone cr\r\rx\n", "\u00ff");
    }

    @Test
    void anEmptyInputHasNoLine() throws IOException {
        assertThat(lines(new byte[0], 10, 10)).isEmpty();
    }

    @Test
    void aFinalLineFeedBeginsNoFurtherLine() throws IOException {
        assertThat(lines(bytes("a\n"), 10, 10)).containsExactly("a\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1_000})
    void aLineOfExactlyTheLimitPassesAndOneByteMoreIsNamed(int pieceBytes) throws IOException {
        assertThat(lines(bytes("123456789\n1234567890"), pieceBytes, 10)).hasSize(2);
        assertThatThrownBy(() -> lines(bytes("a\n1234567890\n"), pieceBytes, 10))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("10 bytes");
        assertThatThrownBy(() -> lines(bytes("12345678901"), pieceBytes, 10)).hasMessageContaining("line 1");
    }

    @Test
    void anEndlessLineIsRefusedWithoutReadingItAll() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        assertThatThrownBy(() -> new LineReader(endless, 200_000).next()).isInstanceOf(CommandFailure.class);
    }

    @Test
    void linesOneBehindTheOtherAreTheInputAgainWhateverItIs() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            byte[] input = new byte[random.nextInt(300_000)];
            random.nextBytes(input);
            LineReader reader = new LineReader(inPieces(input, 1 + random.nextInt(100_000)), 1 << 20);
            ByteArrayOutputStream again = new ByteArrayOutputStream();
            for (ByteBuffer line = reader.next(); line != null; line = reader.next()) {
                again.write(line.array(), line.arrayOffset() + line.position(), line.remaining());
            }
            assertThat(again.toByteArray()).as("seed %d, round %d", seed, round).isEqualTo(input);
        }
    }
}
