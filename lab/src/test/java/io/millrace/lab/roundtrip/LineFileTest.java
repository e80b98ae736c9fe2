package io.millrace.lab.roundtrip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFileTest {
    @TempDir
    Path folder;

    @Test
    void everyLineKeepsItsOwnTerminator() throws IOException {
        assertThat(linesOf("a\nb\r\n\nc\rd\n")).containsExactly("a\n", "b\r\n", "\n", "c\rd\n");
    }

    @Test
    void aLastLineWithoutTerminatorIsALine() throws IOException {
        assertThat(linesOf("a\nb")).containsExactly("a\n", "b");
    }

    @Test
    void anEmptyFileHasNoLines() throws IOException {
        assertThat(linesOf("")).isEmpty();
    }

    @Test
    void linesMayBeLongerThanWhatIsScannedAtOnce() throws IOException {
        String wide = "x".repeat(200_000) + "\n";
        assertThat(linesOf(wide + "y\n" + wide)).containsExactly(wide, "y\n", wide);
    }

    @Test
    void moreLinesThanTheFirstTableHoldsAreFound() throws IOException {
        assertThat(linesOf("z\n".repeat(5000) + "end")).hasSize(5001).last().isEqualTo("end");
    }

    @Test
    void whatCannotBeReadTwiceIsRefused() {
        assertThatThrownBy(() -> LineFile.open(folder)).hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> LineFile.open(folder.resolve("absent"))).hasMessageContaining("no such file");
    }

    private List<String> linesOf(String content) throws IOException {
        Path path = Files.writeString(folder.resolve("file"), content);
        List<String> lines = new ArrayList<>();
        try (LineFile file = LineFile.open(path)) {
            for (int line = 0; line < file.lineCount(); line++) {
                lines.add(new String(file.line(line), StandardCharsets.UTF_8));
            }
            assertThat(file.sizeInBytes()).isEqualTo(Files.size(path));
        }
        return lines;
    }
}
