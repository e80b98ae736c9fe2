package io.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
    @TempDir
    Path folder;

    @Test
    void whatAnEarlierProcessWroteDoesNotCount() throws IOException {
        Path log = Files.writeString(folder.resolve("log"), "old\n");
        LogTail tail = LogTail.startingNow(log);
        Files.writeString(log, "new\n", StandardOpenOption.APPEND);

        assertThat(tail.lines()).containsExactly("new");
    }

    @Test
    void onlyTheLastLinesAreShown() throws IOException {
        Path log = folder.resolve("log");
        LogTail tail = LogTail.startingNow(log);
        Files.writeString(log, "first\n" + "line\n".repeat(5000) + "last\n");

        assertThat(tail.lines()).hasSize(20).endsWith("last");
    }

    @Test
    void aProcessThatWroteNothingHasNoLines() throws IOException {
        assertThat(LogTail.startingNow(folder.resolve("absent")).lines()).isEmpty();
    }
}
